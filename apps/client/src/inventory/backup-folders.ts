import { type Directories, type Machine } from '../windows/windows';
import { BACKUP_PLACES } from './backup-names';
import { maybe } from './reading';

/** A folder that was set aside, as the file system shows it. */
export interface BackupFolder {
  readonly path: string;
  readonly name: string;
  readonly createdAt: Date;
  readonly modifiedAt: Date;
}

/** All of them, wherever they lie. Links to elsewhere are none. Rejects where %windir% can't be listed. */
export async function findBackups(
  { windowsDirectory }: Pick<Machine, 'windowsDirectory'>,
  directories: Pick<Directories, 'list' | 'inspect' | 'times'>,
): Promise<readonly BackupFolder[]> {
  const look = async (path: string, name: string): Promise<BackupFolder | undefined> => {
    if ((await directories.inspect(path)) !== 'directory') return undefined;
    return { path, name, ...(await directories.times(path)) };
  };
  const found: BackupFolder[] = [];
  for (const { below, isBackup } of BACKUP_PLACES) {
    const place = `${windowsDirectory}${below}`;
    const names = await directories.list(place).catch((error: unknown) => {
      if (below === '') throw error;
      return [];
    });
    for (const name of names.filter(isBackup)) {
      const folder = await maybe(() => look(`${place}\\${name}`, name));
      if (folder) found.push(folder);
    }
  }
  return found;
}
