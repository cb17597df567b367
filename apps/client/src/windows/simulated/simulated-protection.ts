import { existsSync } from 'node:fs';
import { type Access, type FolderProtection } from '../access';
import { WindowsError } from '../windows';

const ACCESS_DENIED = 5;

/** Access lists in memory, for real paths of the host: well closed unless a spec says otherwise. */
export class SimulatedProtection implements FolderProtection {
  /** What a spec has opened, by path. */
  readonly opened = new Map<string, Partial<Access>>();
  /** What was closed, in order: "nothing C:\…". */
  readonly closed: string[] = [];
  /** Whether closing is refused. */
  refuses = false;

  constructor(readonly programFolder: string) {}

  access(path: string): Promise<Access | undefined> {
    const known = this.opened.get(path);
    if (!known && !existsSync(path)) return Promise.resolve(undefined);
    const well = { path, isLink: false, owner: 'S-1-5-32-544', allowed: [] };
    return Promise.resolve({ ...well, ...known });
  }

  close(path: string, others: 'nothing' | 'read'): Promise<void> {
    if (this.refuses) {
      const message = 'SetNamedSecurityInfo failed: Access is denied (5)';
      return Promise.reject(new WindowsError('SetNamedSecurityInfo', ACCESS_DENIED, message));
    }
    this.closed.push(`${others} ${path}`);
    this.opened.delete(path);
    return Promise.resolve();
  }

  ourselves = (): string => 'S-1-5-18';
}
