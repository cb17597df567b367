/** What a name tells of a folder that was set aside. */
export interface BackupName {
  readonly origin: 'fleetmend' | 'foreign';
  /** When FleetMend gave it that name. */
  readonly setAsideAt?: Date | undefined;
}

/** `bak`: set aside by a run. `undone`: what Windows had made anew when the run was taken back. */
const OURS = /^(SoftwareDistribution|catroot2|DataStore|Download)\.(bak|undone)-(\d{14})(-\d+)?$/i;

const bySelf = (word: string) => (name: string) =>
  name.toLowerCase().includes(word) && name.toLowerCase() !== word;
const setAside = (name: string) => /\.(old|bak)([._-]?\d+)?$/i.test(name);
/** KB 910336 says `SDTemp`. */
const shortName = (name: string) => /^sd[._-]?(temp|tmp|old|bak|backup)([._-]?\d+)?$/i.test(name);
const softwareDistribution = bySelf('softwaredistribution');

/** Where backups lie, relative to %windir%, and which names they have there. */
export const BACKUP_PLACES: readonly {
  readonly below: string;
  readonly isBackup: (name: string) => boolean;
}[] = [
  {
    below: '',
    isBackup: (name) => softwareDistribution(name) || shortName(name) || setAside(name),
  },
  { below: '\\System32', isBackup: bySelf('catroot2') },
  // The parts of the folder, where only they could be renamed.
  {
    below: '\\SoftwareDistribution',
    isBackup: (name) =>
      /^(DataStore|Download)[._-]/i.test(name) && (OURS.test(name) || setAside(name)),
  },
];

/** Whether it is surely one of Windows Update's own folders; other folders that were set aside are only told of. */
export function isOfWindowsUpdate(name: string): boolean {
  return (
    softwareDistribution(name) || bySelf('catroot2')(name) || shortName(name) || OURS.test(name)
  );
}

/** What the name of a backup tells. */
export function readBackupName(name: string): BackupName {
  const digits = OURS.exec(name)?.[3];
  if (digits === undefined) return { origin: 'foreign' };
  const moment = new Date(
    digits.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/, '$1-$2-$3T$4:$5:$6Z'),
  );
  return {
    origin: 'fleetmend',
    setAsideAt: Number.isNaN(moment.getTime()) ? undefined : moment,
  };
}
