import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expected, modules, root } from '../bootstrap/places.mjs';
import { ended } from '../process/child.mjs';

/** The dashboard, by Angular's own builder, which is heard only when it fails. */
export async function build() {
  const nx = join(modules, 'nx', 'dist', 'bin', 'nx.js');
  const child = spawn(process.execPath, [nx, 'run', 'dashboard:build'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => (output += text));
  }
  const { code } = await ended(child);
  if (code !== 0) throw expected(`The dashboard could not be built:\n${output}`);
}

if (import.meta.main) await build();
