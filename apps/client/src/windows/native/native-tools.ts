import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type ToolCall, ToolEnded, type ToolResult, type Tools } from '../tools';
import { Unavailable } from '../windows';

/** So much of the end of what a program writes is kept. */
const KEPT_BYTES = 64 * 1024;

/** Programs by their absolute path below %SystemRoot%. */
export class NativeTools implements Tools {
  constructor(private readonly windowsDirectory: string) {}

  run({ program, args, timeoutMs, signal }: ToolCall): Promise<ToolResult> {
    const path = join(this.windowsDirectory, program);
    if (!existsSync(path)) {
      return Promise.reject(new Unavailable(program, 'this Windows does not have it'));
    }
    return new Promise((resolve, reject) => {
      const child = spawn(path, args, {
        cwd: this.windowsDirectory,
        env: this.environment(),
        stdio: ['ignore', 'pipe', 'pipe'],
        windowsHide: true,
        shell: false,
      });
      let ended: ToolEnded | undefined;
      const end = (because: ToolEnded['because']) => {
        ended ??= new ToolEnded(program, because);
        child.kill();
      };
      const timer = setTimeout(() => {
        end('timeout');
      }, timeoutMs);
      const unwanted = () => {
        end('signal');
      };
      signal?.addEventListener('abort', unwanted);
      if (signal?.aborted) unwanted();
      const over = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', unwanted);
      };
      let output = Buffer.alloc(0);
      const keep = (bytes: Buffer) => {
        output = Buffer.concat([output, bytes]).subarray(-KEPT_BYTES);
      };
      child.stdout.on('data', keep);
      child.stderr.on('data', keep);
      child.once('error', (error) => {
        over();
        reject(new Unavailable(program, error.message));
      });
      child.once('close', (code) => {
        over();
        if (ended) reject(ended);
        // Without a code it was ended from outside: nobody knows how far it came.
        else if (code === null) reject(new Unavailable(program, 'it was ended by somebody else'));
        else resolve({ exitCode: code >>> 0, output });
      });
    });
  }

  /** Variables of this process could lead programs to files that others wrote. */
  private environment(): NodeJS.ProcessEnv {
    const root = this.windowsDirectory;
    const system = join(root, 'System32');
    return {
      SystemRoot: root,
      windir: root,
      SystemDrive: root.slice(0, 2),
      ComSpec: join(system, 'cmd.exe'),
      PATH: [system, root, join(system, 'Wbem')].join(';'),
      PATHEXT: '.COM;.EXE;.BAT;.CMD',
      TEMP: join(root, 'Temp'),
      TMP: join(root, 'Temp'),
      ProgramData: process.env['ProgramData'],
      ProgramFiles: process.env['ProgramFiles'],
    };
  }
}
