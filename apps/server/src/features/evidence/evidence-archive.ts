import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import { redact } from './redact';

/** The oldest time that a ZIP can name; in local time, as ZIPs have it, so that it is the same in every time zone. */
const NO_TIME = new Date(1980, 0, 1);

/** Files of a bundle: the path in it, and its text. */
export type EvidenceFiles = ReadonlyMap<string, string>;

/** Data as a file of a bundle: readable, and without secrets, which are looked for in every text on its own. */
export function jsonFile(data: unknown): string {
  const text = JSON.stringify(
    data,
    (_, value: unknown) => (typeof value === 'string' ? redact(value) : value),
    2,
  );
  return `${text}\n`;
}

/** One line of JSON for each. */
export function jsonLines(rows: readonly object[]): string {
  return rows
    .map((row) =>
      JSON.stringify(row, (_, value: unknown) =>
        typeof value === 'string' ? redact(value) : value,
      ),
    )
    .map((line) => `${line}\n`)
    .join('');
}

/** A text that a machine saved. */
export function textFile(text: string): string {
  return redact(text);
}

/**
 * The ZIP of these files, with their hashes beside them. The same files give the same bytes, whenever and wherever it is
 * made: paths are sorted, and nothing in it tells the time at which it was made.
 */
export async function makeArchive(files: EvidenceFiles): Promise<Buffer> {
  const contents = [...files]
    .map(([path, text]) => ({ path, content: Buffer.from(text, 'utf8') }))
    .sort(byPath);
  const sums = contents.map(({ path, content }) => `${sha256(content)}  ${path}\n`).join('');
  const zip = new ZipFile();
  for (const { path, content } of [
    ...contents,
    { path: 'SHA256SUMS', content: Buffer.from(sums, 'utf8') },
  ].sort(byPath)) {
    zip.addBuffer(content, path, { mtime: NO_TIME, mode: 0o100644, forceDosTimestamp: true });
  }
  zip.end();
  return buffer(zip.outputStream);
}

export function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/** By code unit, which no language setting changes. */
function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return a.path < b.path ? -1 : 1;
}
