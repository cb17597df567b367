import { chmodSync, chownSync, mkdirSync, statSync, type Stats } from 'node:fs';
import { dirname, parse, resolve } from 'node:path';
import type { Account } from './account';

function mayPass(folder: Stats, account: Account): boolean {
  if (folder.uid === account.uid) return (folder.mode & 0o100) !== 0;
  if (folder.gid === account.gid) return (folder.mode & 0o010) !== 0;
  return (folder.mode & 0o001) !== 0;
}

/** The nearest of `folder` and those above it that `account` can't pass. Folders that don't exist yet don't count. */
export function barrier(account: Account | undefined, folder: string): string | undefined {
  if (!account) return undefined;
  for (let path = resolve(folder); ; path = dirname(path)) {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats && !mayPass(stats, account)) return path;
    if (path === parse(path).root) return undefined;
  }
}

/** Whether `account` can pass through `folder` and every folder above it. */
export function reaches(account: Account | undefined, folder: string): boolean {
  return barrier(account, folder) === undefined;
}

/** Makes `folder` with exactly this mode, whatever the umask, and gives it to `owner` if one is named. */
export function makeFolder(folder: string, mode: number, owner?: Account): void {
  if (mkdirSync(folder, { recursive: true, mode }) === undefined) return;
  chmodSync(folder, mode);
  if (owner) chownSync(folder, owner.uid, owner.gid);
}
