import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { environmentWith, root } from './environment';

/** How a program ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** One of our programs as a real process. */
export interface Program {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** What it has written so far, both streams together. */
  output(): string;
  /** Resolves with the match once its output has one; rejects if it ends first or after `milliseconds`. */
  says(pattern: RegExp, milliseconds?: number): Promise<RegExpExecArray>;
}

/** Runs `node file …args` at the top of the checkout, with only these variables steering FleetMend. */
export function runProgram(
  file: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>>,
): Program {
  const child = spawn(process.execPath, ['--enable-source-maps', file, ...args], {
    cwd: root,
    env: environmentWith(variables),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      child.emit('output');
    });
  }
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      resolve({ code, signal });
    });
  });
  const output = (): string => text;
  return { child, ended, output, says: (pattern, milliseconds) => says(pattern, milliseconds) };

  async function says(pattern: RegExp, milliseconds = 60_000): Promise<RegExpExecArray> {
    const limit = AbortSignal.timeout(milliseconds);
    const over = ended.then(() => 'ended' as const);
    for (;;) {
      const found = pattern.exec(text);
      if (found !== null) return found;
      const next = once(child, 'output', { signal: limit }).catch(() => 'late' as const);
      const what = await Promise.race([next, over]);
      if (pattern.test(text)) continue;
      if (what === 'ended') throw new Error(`ended without saying ${pattern}:\n${text}`);
      if (what === 'late') throw new Error(`didn't say ${pattern} in ${milliseconds} ms:\n${text}`);
    }
  }
}
