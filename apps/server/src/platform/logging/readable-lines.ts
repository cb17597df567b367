import type { DestinationStream } from 'pino';

/** Rewrites pino's JSON for a person at a terminal: time, level, message, then the fields. */
export function readableLines(out: { write(text: string): unknown }): DestinationStream {
  return {
    write(json: string) {
      out.write(`${readableLine(JSON.parse(json) as Readonly<Record<string, unknown>>)}\n`);
    },
  };
}

function readableLine(record: Readonly<Record<string, unknown>>): string {
  const { time, level, msg, err, ...fields } = record;
  const head = `${String(time).slice(11, 19)} ${String(level).padEnd(5)} ${String(msg)}`;
  const tail = Object.entries(fields).map(([name, value]) => `${name}=${shown(value)}`);
  const stack =
    typeof err === 'object' && err !== null && 'stack' in err ? `\n${String(err.stack)}` : '';
  return [head, ...tail].join(' ') + stack;
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
