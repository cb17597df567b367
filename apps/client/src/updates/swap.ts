import { existsSync } from 'node:fs';
import { copyFile, open, rename, rm } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { type Clock } from '../clock';
import { type Log } from '../log';
import { type Directories, WindowsError } from '../windows/windows';
import { digestOf, type UpdateFolder, type UpdateJournal } from './update-folder';

/** Access denied, sharing violation, lock violation: a virus scanner may hold what was just written. */
const HELD: readonly number[] = [5, 32, 33];
const ATTEMPTS = 30;
const WAIT_MS = 2_000;

/** A file is not what the journal says it is. */
export class WrongContent extends Error {
  constructor(path: string) {
    super(`"${path}" is not the executable that it should be.`);
    this.name = 'WrongContent';
  }
}

/**
 * Moves executables. Where it stands is read from the files themselves, by what they hold: after a power cut the same
 * call is made once more, and does what is left to do.
 */
export class Swap {
  constructor(
    private readonly folder: UpdateFolder,
    private readonly directories: Pick<Directories, 'rename'>,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** Whether the new executable is in place. */
  async isForward({ sha256 }: UpdateJournal): Promise<boolean> {
    return (await digestOf(this.folder.executable)) === sha256;
  }

  /** Whether the new executable is ready to be moved: as it was when its hash was checked. */
  async isReady({ sha256 }: UpdateJournal): Promise<boolean> {
    return (await digestOf(this.folder.fresh)) === sha256;
  }

  /** The new executable takes the place of the old one, which is kept. Throws; then {@link back} undoes it. */
  async forward(journal: UpdateJournal): Promise<void> {
    const { executable, fresh, previous } = this.folder;
    const found = await digestOf(executable);
    if (found === journal.sha256) return;
    if (found !== undefined && found !== journal.previousSha256) throw new WrongContent(executable);
    if (!(await this.isReady(journal))) throw new WrongContent(fresh);
    if (found !== undefined) await this.move(executable, previous);
    await this.move(fresh, executable);
  }

  /** The old executable is back in its place. One that somebody else has put there meanwhile is left alone. */
  async back({ sha256, previousSha256 }: UpdateJournal): Promise<void> {
    const { executable, previous, failed, guard } = this.folder;
    const found = await digestOf(executable);
    if (found !== undefined && found !== sha256) return;
    if ((await digestOf(previous)) !== previousSha256) {
      if ((await digestOf(guard)) !== previousSha256) throw new WrongContent(guard);
      await copyDurably(guard, previous);
    }
    if (found !== undefined) await this.move(executable, failed);
    await this.move(previous, executable);
  }

  /** Renames; what stands at the target is in nobody's way any more. A running program can be renamed, not replaced. */
  private async move(from: string, to: string): Promise<void> {
    await makeRoom(to);
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.directories.rename(from, to);
        return;
      } catch (error) {
        const held = error instanceof WindowsError && HELD.includes(error.code);
        if (!held || attempt === ATTEMPTS) throw error;
        this.log.warn('An executable could not be moved. It is tried again.', { from, error });
        await this.clock.sleep(WAIT_MS);
      }
    }
  }
}

/** Copies a file and has it on the disk when it resolves. */
export async function copyDurably(from: string, to: string): Promise<void> {
  await makeRoom(to);
  await copyFile(from, to);
  const handle = await open(to, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function makeRoom(path: string): Promise<void> {
  if (!existsSync(path)) return;
  try {
    await rm(path, { force: true });
  } catch {
    // It still runs: under another name it may.
    await rename(path, `${path}.${randomUUID()}`);
  }
}
