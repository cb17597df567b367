import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';

/** How a text file begins tells its encoding. Code unit size in bytes. */
export type TextEncoding = 'utf-16le' | 'utf-16be' | 'utf-8';

/** How far a file was read, and what stood just before that place: if it still stands there, reading goes on. */
export interface FilePosition {
  readonly offset: number;
  readonly tail: string;
}

/** Complete lines after a position. */
export interface FileChunk {
  readonly lines: readonly string[];
  readonly position: FilePosition;
  readonly more: boolean;
  /** The file isn't the one that was read before, or was cut: reading began at its start. */
  readonly restarted: boolean;
  /** Lines that were too long to be lines of this log, and were left out. */
  readonly oversized: number;
}

const CHUNK_BYTES = 1_048_576;
/** Covers whole rows: their ids and times tell a log that Windows made anew, with rows of the same length and words. */
const TAIL_BYTES = 4096;
/** Longer "lines" are no lines: damaged files must not fill the memory. */
const MAXIMUM_LINE_BYTES = 131_072;

/**
 * Reads the next complete lines of a log that somebody else writes: at most one chunk, never a line without its end.
 * A file that was truncated, replaced or cut at its front is read again from its start. `ansi` is the encoding of
 * lines that are neither UTF-16 nor UTF-8.
 */
export async function readGrowingFile(
  path: string,
  from: FilePosition | undefined,
  ansi = 'windows-1252',
): Promise<FileChunk> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const known =
      from && from.offset <= size && (await tailBefore(file, from.offset)) === from.tail;
    const start = known ? from.offset : 0;
    const encoding = await encodingOf(file);
    const bytes = await readAt(file, start, Math.min(CHUNK_BYTES, size - start));
    const split = splitLines(bytes, encoding, start === 0, ansi);
    let consumed = split.consumed;
    let oversized = split.oversized;
    if (consumed === 0 && bytes.length >= MAXIMUM_LINE_BYTES) {
      consumed = bytes.length - (bytes.length % 2);
      oversized += 1;
    }
    const offset = start + consumed;
    return {
      lines: split.lines,
      position: { offset, tail: await tailBefore(file, offset) },
      more: consumed > 0 && offset < size,
      restarted: from !== undefined && !known,
      oversized,
    };
  } finally {
    await file.close();
  }
}

async function readAt(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(Math.max(0, length));
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

async function tailBefore(file: FileHandle, offset: number): Promise<string> {
  const length = Math.min(TAIL_BYTES, offset);
  const bytes = await readAt(file, offset - length, length);
  return createHash('sha256').update(bytes).digest('base64');
}

async function encodingOf(file: FileHandle): Promise<TextEncoding> {
  const head = await readAt(file, 0, 64);
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  // A file that was cut at its front may have lost its mark: ASCII in UTF-16 has a NUL in every other byte.
  const nulls = (parity: number) =>
    head.filter((byte, index) => index % 2 === parity && byte === 0).length;
  if (nulls(1) > head.length / 4) return 'utf-16le';
  if (nulls(0) > head.length / 4) return 'utf-16be';
  return 'utf-8';
}

function splitLines(
  bytes: Buffer,
  encoding: TextEncoding,
  atStart: boolean,
  ansi: string,
): { lines: string[]; consumed: number; oversized: number } {
  const unit = encoding === 'utf-8' ? 1 : 2;
  const decode = decoderOf(encoding, ansi);
  const lines: string[] = [];
  let consumed = 0;
  let oversized = 0;
  for (let end = nextLineEnd(bytes, 0, encoding); end !== -1;) {
    const line = bytes.subarray(consumed, end);
    if (line.length > MAXIMUM_LINE_BYTES) oversized += 1;
    else lines.push(decode(line).replace(/\r$/, ''));
    consumed = end + unit;
    end = nextLineEnd(bytes, consumed, encoding);
  }
  const first = lines[0];
  if (atStart && first?.startsWith('\uFEFF')) lines[0] = first.slice(1);
  return { lines: lines.filter((line) => line !== ''), consumed, oversized };
}

/** Logs of one kind are UTF-8 on some machines and ANSI on others, and even in one file. */
function decoderOf(encoding: TextEncoding, ansi: string): (line: Uint8Array) => string {
  const isUtf8 = encoding === 'utf-8';
  const decoder = new TextDecoder(encoding, { ignoreBOM: true, fatal: isUtf8 });
  let fallback: InstanceType<typeof TextDecoder> | undefined;
  return (line) => {
    try {
      return decoder.decode(line);
    } catch {
      fallback ??= new TextDecoder(isUtf8 ? ansi : encoding, { ignoreBOM: true });
      return fallback.decode(line);
    }
  };
}

function nextLineEnd(bytes: Buffer, from: number, encoding: TextEncoding): number {
  if (encoding === 'utf-8') return bytes.indexOf(0x0a, from);
  const [low, high] = encoding === 'utf-16le' ? [0x0a, 0x00] : [0x00, 0x0a];
  for (let index = from; index + 1 < bytes.length; index += 2) {
    if (bytes[index] === low && bytes[index + 1] === high) return index;
  }
  return -1;
}
