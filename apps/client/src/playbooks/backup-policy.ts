import { type Verdict } from '@fleetmend/domain';
import { type BackupFolder } from '../inventory/backup-folders';
import { isOfWindowsUpdate, readBackupName } from '../inventory/backup-names';

const DAY_MS = 24 * 3_600_000;

/** The parameters of `reclaim-backups`. */
export interface BackupPolicy {
  readonly keepDays: number;
  readonly keepNewest: number;
  readonly includeForeign: boolean;
}

/** What is known of the run that renamed a folder. */
export interface MakerOfBackup {
  /** Undefined while it goes on. */
  readonly verdict: string | undefined;
  /** Whether the failure that it was to mend is open on this machine. */
  readonly failureIsOpen: boolean;
}

/** A backup, and why it is kept; nothing when it may be deleted. */
export interface JudgedBackup {
  readonly path: string;
  readonly since: Date;
  readonly keptBecause: string | undefined;
}

/** Verdicts that the future may still change, as long as the failure is open. */
const UNDECIDED: readonly string[] = [
  'unverified',
  'scan-ok-not-installed',
] satisfies readonly Verdict[];

/**
 * Which backups may be deleted, the oldest first. Of each folder that was renamed the newest backups are kept, and never is
 * one deleted whose verdict is open. `makerOf` gives the run that made a backup, where the journal knows it.
 */
export function judgeBackups(
  backups: readonly BackupFolder[],
  policy: BackupPolicy,
  makerOf: (path: string) => MakerOfBackup | undefined,
  now: Date,
): readonly JudgedBackup[] {
  const dated = backups
    .map((backup) => ({ ...backup, since: sinceOf(backup) }))
    .sort((a, b) => a.since.getTime() - b.since.getTime() || (a.path < b.path ? -1 : 1));
  const isNewest = (index: number, name: string) =>
    dated.slice(index + 1).filter((other) => folderOf(other.name) === folderOf(name)).length <
    policy.keepNewest;
  return dated.map(({ path, name, since }, index) => {
    const maker = makerOf(path);
    const keptBecause =
      foreignReason(name, maker, policy) ??
      openReason(maker) ??
      (now.getTime() - since.getTime() < policy.keepDays * DAY_MS
        ? `it is younger than ${policy.keepDays} days`
        : undefined) ??
      (isNewest(index, name) ? 'it is among the newest' : undefined);
    return { path, since, keptBecause };
  });
}

/** Renaming leaves the time at which the folder was made: only the name, or the last change in it, tells. */
function sinceOf({ name, modifiedAt }: BackupFolder): Date {
  return readBackupName(name).setAsideAt ?? modifiedAt;
}

function folderOf(name: string): string {
  const [folder = name] = name.toLowerCase().split('.');
  return folder;
}

function foreignReason(
  name: string,
  maker: MakerOfBackup | undefined,
  { includeForeign }: BackupPolicy,
): string | undefined {
  if (!isOfWindowsUpdate(name)) return 'it does not belong to Windows Update';
  const isOurs = maker !== undefined || readBackupName(name).origin === 'fleetmend';
  return isOurs || includeForeign ? undefined : 'FleetMend did not make it';
}

function openReason(maker: MakerOfBackup | undefined): string | undefined {
  if (!maker) return undefined;
  if (maker.verdict === undefined) return 'its run goes on';
  if (maker.verdict === 'inconsistent') return 'its run needs attention';
  return UNDECIDED.includes(maker.verdict) && maker.failureIsOpen
    ? 'whether its run mended the failure is not decided yet'
    : undefined;
}
