import { type Inventory } from '@fleetmend/client-protocol';
import { type Journal } from '../playbooks/journal';
import { type Directories, type Machine } from '../windows/windows';
import { findBackups } from './backup-folders';
import { readBackupName } from './backup-names';
import { type FolderSizes } from './folder-sizes';
import { maybe } from './reading';

type Backups = NonNullable<Inventory['backups']>;
type BackupFolder = Backups['folders'][number];

const MOST_TOLD = 50;
const MOST_MEASURED = 200;

/** Folders of Windows Update that were set aside, by runs of FleetMend or by others. */
export class BackupLedger {
  constructor(
    private readonly machine: Pick<Machine, 'windowsDirectory'>,
    private readonly directories: Pick<Directories, 'list' | 'inspect' | 'times'>,
    private readonly journal: Pick<Journal, 'renamedFolders'>,
    private readonly sizes: FolderSizes,
  ) {}

  /** Those that are there, the largest first, with what is known of them. Rejects where %windir% can't be listed. */
  async read(): Promise<Backups> {
    const made = new Map(
      this.journal.renamedFolders().map(({ to, runId }) => [to.toLowerCase(), runId]),
    );
    const folders = (await findBackups(this.machine, this.directories)).map(
      ({ path, name, createdAt, modifiedAt }) => {
        const { origin, setAsideAt } = readBackupName(name);
        const runId = made.get(path.toLowerCase());
        return {
          path: path.slice(0, 500),
          origin: runId === undefined ? origin : 'fleetmend',
          runId,
          setAsideAt: setAsideAt?.toISOString(),
          createdAt: createdAt.toISOString(),
          modifiedAt: modifiedAt.toISOString(),
          ...this.sizes.known(path),
        } satisfies BackupFolder;
      },
    );
    folders.sort((a, b) => (b.bytes ?? 0) - (a.bytes ?? 0) || (a.path < b.path ? -1 : 1));
    const omitted = folders.length - MOST_TOLD;
    return omitted > 0 ? { folders: folders.slice(0, MOST_TOLD), omitted } : { folders };
  }

  /** Measures what is due; tells whether something is new. Takes its time. */
  async measure(stop: AbortSignal): Promise<boolean> {
    const found = await maybe(() => findBackups(this.machine, this.directories));
    return found === undefined ? false : this.sizes.measure(found.slice(0, MOST_MEASURED), stop);
  }
}
