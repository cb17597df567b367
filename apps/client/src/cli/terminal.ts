import { writeSync } from 'node:fs';

/** Where commands say what they have to say. */
export interface Terminal {
  say(line: string): void;
  complain(line: string): void;
}

/** Standard output and error, written at once: nothing is lost when the process ends right after. */
export const processTerminal: Terminal = {
  say: (line) => {
    write(1, line);
  },
  complain: (line) => {
    write(2, line);
  },
};

/** A closed or broken output is no reason to fail. */
function write(descriptor: number, line: string): void {
  let rest = Buffer.from(`${line}\n`);
  for (let attempts = 0; rest.length > 0 && attempts < 1000; attempts += 1) {
    try {
      rest = rest.subarray(writeSync(descriptor, rest));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) return;
    }
  }
}
