import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { reasonOf } from '../log';
import { Unavailable } from '../windows/windows';
import { cbsClueOf } from './cbs-line';
import { type FileChunk, type FilePosition } from './growing-file';
import {
  Absent,
  followLog,
  isMissing,
  parseBookmark,
  positionSchema,
  remarksOf,
} from './log-follower';
import { type Clue, type DetectionReader, type Reading } from './observation';

const CURRENT = 'CBS.log';
/** A log that became too large gets the time in its name; soon after, Windows packs it into a .cab. */
const ROLLED = /^CbsPersist_\d+\.log$/i;
const MOST_ROLLED = 3;
const MINUTE_MS = 60_000;

const bookmarkSchema = z.object({ file: z.string(), position: positionSchema.optional() });
type Bookmark = z.infer<typeof bookmarkSchema>;

/** Follows `%windir%\Logs\CBS\CBS.log`, also when it is put aside under another name in between. */
export class CbsLog implements DetectionReader {
  readonly name = 'cbs-log';
  readonly isOptional = true;

  constructor(
    private readonly folder: string,
    private readonly ansi: () => Promise<string>,
  ) {}

  async read(bookmark: string | undefined, since: Date): Promise<Reading> {
    const files = await this.files(since);
    const known = parseBookmark(bookmarkSchema, bookmark);
    const { file, chunk } = await this.next(files, known);
    // The same error comes up layer by layer and package by package: once a minute says as much.
    const clues = new Map<string, Clue>();
    for (const line of chunk.lines) {
      const clue = cbsClueOf(line);
      if (!clue || clue.at < since) continue;
      const { code, kb, at, isVerdict } = clue;
      const key = `${code} ${kb} ${isVerdict} ${Math.floor(at.getTime() / MINUTE_MS)}`;
      if (!clues.has(key)) clues.set(key, clue);
    }
    const following = chunk.more ? undefined : files[files.indexOf(file) + 1];
    const next: Bookmark =
      following === undefined ? { file, position: chunk.position } : { file: following };
    return {
      observations: [],
      clues: [...clues.values()],
      bookmark: JSON.stringify(next),
      more: chunk.more || following !== undefined,
      remarks: remarksOf(chunk),
    };
  }

  /** What there is to read, in the order in which it was written; the current log last. */
  private async files(since: Date): Promise<string[]> {
    let names: readonly string[];
    try {
      names = await readdir(this.folder);
    } catch (error) {
      if (isMissing(error)) throw new Absent(CURRENT, 'there is no such folder');
      throw new Unavailable(CURRENT, reasonOf(error));
    }
    const rolled = names.filter((name) => ROLLED.test(name)).sort();
    const recent: string[] = [];
    for (const name of rolled.slice(-MOST_ROLLED)) {
      const found = await stat(join(this.folder, name)).catch(() => undefined);
      if (found && found.mtime >= since) recent.push(name);
    }
    return [...recent, CURRENT];
  }

  private async next(
    files: readonly string[],
    known: Bookmark | undefined,
  ): Promise<{ file: string; chunk: FileChunk }> {
    const first = known && files.includes(known.file) ? known.file : (files[0] ?? CURRENT);
    const from = known?.file === first ? known.position : undefined;
    const chunk = await this.follow(first, from);
    if (first !== CURRENT || !from || !chunk.restarted) return { file: first, chunk };
    // The log was put aside since: what it had beyond the bookmark stands in the one with the newest name.
    for (const file of files.slice(0, -1).reverse()) {
      const rest = await this.follow(file, from).catch(() => undefined);
      if (rest && !rest.restarted) return { file, chunk: rest };
    }
    return { file: first, chunk };
  }

  private follow(file: string, from: FilePosition | undefined): Promise<FileChunk> {
    return followLog(
      {
        path: join(this.folder, file),
        name: file,
        whenMissing: 'there is no such file',
        ansi: this.ansi,
      },
      from,
    );
  }
}
