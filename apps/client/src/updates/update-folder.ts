import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CLIENT_UPDATE_REASONS, type ClientUpdateReason } from '@fleetmend/domain';
import * as z from 'zod';
import { systemClock } from '../clock';

/**
 * How far an update has come. `staged`: everything is there, nothing was moved. `swapping` and `rolling-back`:
 * executables are being moved. `probation`: the new one is in place and has to reach the server. `confirmed` and
 * `rolled-back`: it is decided, and the client has to be told.
 */
const PHASES = [
  'staged',
  'swapping',
  'probation',
  'confirmed',
  'rolling-back',
  'rolled-back',
] as const;
const REASONS = Object.keys(CLIENT_UPDATE_REASONS) as [ClientUpdateReason, ...ClientUpdateReason[]];

const journalSchema = z.object({
  phase: z.enum(PHASES),
  releaseId: z.uuid(),
  version: z.string(),
  fromVersion: z.string(),
  /** SHA-256 of the new executable, and of the one whose place it takes. */
  sha256: z.string(),
  previousSha256: z.string(),
  /** For the guard's own question whether the server can be reached at all. */
  serverUrl: z.string(),
  stagedAt: z.iso.datetime(),
  /** Probation: how often the new service ended, or didn't start. */
  endings: z.number().int().default(0),
  /** Probation: how often the server answered the guard, and how often it didn't. */
  answered: z.number().int().default(0),
  silent: z.number().int().default(0),
  reason: z.enum(REASONS).optional(),
  message: z.string().optional(),
});
export type UpdateJournal = z.infer<typeof journalSchema>;

const confirmationSchema = z.object({
  releaseId: z.uuid(),
  stagedAt: z.iso.datetime(),
  /** Of the client that reached the server. */
  version: z.string(),
});
export type Confirmation = z.infer<typeof confirmationSchema>;

/** Called before and after each write of the journal; specs end the life of the process there. */
export type JournalWatcher = (phase: string, when: 'before' | 'after') => Promise<void> | void;

/** The journal can't be read. It is written whole or not at all, so somebody has changed it, or the disk fails. */
export class DamagedUpdateJournal extends Error {
  constructor(path: string) {
    super(`"${path}" can't be read.`);
    this.name = 'DamagedUpdateJournal';
  }
}

const RETRIES = 20;
const RETRY_MS = 100;

/** Where an update lies until it is over: beside the program, where only administrators write. */
export class UpdateFolder {
  private readonly journalFile: string;
  private readonly confirmationFile: string;
  /** The verified executable of the release. */
  readonly fresh: string;
  /** A copy of the executable that staged the update: it guards it, and is what a rollback can always go back to. */
  readonly guard: string;
  /** The executable whose place was taken. */
  readonly previous: string;
  /** A new executable that was taken back. */
  readonly failed: string;

  constructor(
    readonly path: string,
    /** What the service runs. */
    readonly executable: string,
    private readonly watcher: JournalWatcher = () => undefined,
  ) {
    this.journalFile = join(path, 'journal.json');
    this.confirmationFile = join(path, 'confirmation.json');
    this.fresh = join(path, 'new.exe');
    this.guard = join(path, 'guard.exe');
    this.previous = join(path, 'previous.exe');
    this.failed = join(path, 'failed.exe');
  }

  /** What was downloaded so far of an executable. */
  partOf(sha256: string): string {
    return join(this.path, `${sha256}.part`);
  }

  /** Undefined when no update is going on. Throws {@link DamagedUpdateJournal}. */
  async read(): Promise<UpdateJournal | undefined> {
    const text = await textOf(this.journalFile);
    if (text === undefined) return undefined;
    const journal = parse(journalSchema, text);
    if (!journal) throw new DamagedUpdateJournal(this.journalFile);
    return journal;
  }

  /** On the disk when it resolves. */
  async write(journal: UpdateJournal): Promise<UpdateJournal> {
    await this.watcher(journal.phase, 'before');
    await writeWhole(this.journalFile, journal);
    await this.watcher(journal.phase, 'after');
    return journal;
  }

  /** Removes the journal: the update is over, and everybody who has to know it was told. */
  async forget(): Promise<void> {
    await rm(this.confirmationFile, { force: true });
    await rm(this.journalFile, { force: true });
  }

  /** The new client's word that it has reached the server. */
  async readConfirmation(): Promise<Confirmation | undefined> {
    const text = await textOf(this.confirmationFile);
    return text === undefined ? undefined : parse(confirmationSchema, text);
  }

  confirm(confirmation: Confirmation): Promise<void> {
    return writeWhole(this.confirmationFile, confirmation);
  }

  /** Removes everything but the journal, as far as Windows lets it; true when nothing is left. */
  async clear(): Promise<boolean> {
    const left = [this.fresh, this.failed, this.previous, this.guard];
    await Promise.all(left.map((file) => rm(file, { force: true }).catch(() => undefined)));
    return !left.some((file) => existsSync(file));
  }
}

/** SHA-256 of a file, hex; undefined when there is none. */
export async function digestOf(path: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return hash.digest('hex');
}

/** Complete or not at all, and on the disk. Windows refuses to replace a file at the moment somebody reads it. */
async function writeWhole(file: string, content: unknown): Promise<void> {
  await mkdir(join(file, '..'), { recursive: true });
  const fresh = `${file}.fresh`;
  await writeFile(fresh, JSON.stringify(content), { flush: true, mode: 0o600 });
  await patiently(() => rename(fresh, file));
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    return await patiently(() => readFile(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function patiently<T>(act: () => Promise<T>): Promise<T> {
  for (let left = RETRIES; ; left -= 1) {
    try {
      return await act();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (left === 0 || !['EPERM', 'EACCES', 'EBUSY'].includes(code ?? '')) throw error;
      await systemClock.sleep(RETRY_MS);
    }
  }
}

function parse<T>(schema: z.ZodType<T>, text: string): T | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
