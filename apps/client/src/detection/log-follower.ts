import * as z from 'zod';
import { reasonOf } from '../log';
import { Unavailable } from '../windows/windows';
import { type FileChunk, type FilePosition, readGrowingFile } from './growing-file';

/** It can't be read since there is none, and not since somebody forbids it. */
export class Absent extends Unavailable {}

export const positionSchema = z.object({ offset: z.number().int().min(0), tail: z.string() });

/** A log that Windows writes, and how it is called. */
export interface FollowedLog {
  readonly path: string;
  readonly name: string;
  /** What it means that there is none. */
  readonly whenMissing: string;
  /** The encoding where it is neither UTF-16 nor UTF-8; see `ansiEncodingOf`. */
  readonly ansi?: (() => Promise<string>) | undefined;
}

/** The next lines. Throws {@link Absent}, or {@link Unavailable} when it is locked or forbidden. */
export async function followLog(
  log: FollowedLog,
  from: FilePosition | undefined,
): Promise<FileChunk> {
  try {
    return await readGrowingFile(log.path, from, await log.ansi?.());
  } catch (error) {
    if (isMissing(error)) throw new Absent(log.name, log.whenMissing);
    throw new Unavailable(log.name, reasonOf(error));
  }
}

/** A bookmark that can't be understood is none: reading again from the start loses nothing. */
export function parseBookmark<T>(
  schema: z.ZodType<T>,
  bookmark: string | undefined,
): T | undefined {
  if (bookmark === undefined) return undefined;
  try {
    return schema.safeParse(JSON.parse(bookmark)).data;
  } catch {
    return undefined;
  }
}

/** What is odd about a chunk, in words. */
export function remarksOf(chunk: FileChunk, malformed = 0): string[] {
  const remarks: string[] = [];
  if (chunk.restarted) remarks.push('The file was replaced or cut, and was read from its start.');
  if (malformed > 0) remarks.push(`${malformed} lines could not be understood.`);
  if (chunk.oversized > 0) remarks.push(`${chunk.oversized} lines were too long to be read.`);
  return remarks;
}

export function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
