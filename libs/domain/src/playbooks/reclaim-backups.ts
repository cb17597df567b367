import type { Playbook } from '../playbook';

/**
 * Deletes folders of Windows Update that were renamed, the oldest first. Never one whose run may still have to be taken
 * back: of which nobody knows yet whether it mended the failure, or which left the machine inconsistent.
 */
export const reclaimBackups: Playbook = {
  name: 'reclaim-backups',
  version: 1,
  title: 'Reclaim disk space from backups',
  description:
    'Deletes renamed SoftwareDistribution and catroot2 folders that are old enough, the oldest first. A folder whose run has no closed verdict is never deleted.',
  sideEffects: [
    'A deleted folder is gone for good: the run that renamed it can no longer be undone.',
    'The update history that Windows kept in it is gone from the machine; what FleetMend saved of it stays on the server.',
  ],
  parameters: [
    {
      name: 'keepDays',
      type: 'integer',
      default: 14,
      minimum: 0,
      maximum: 365,
      description: 'Folders younger than this many days are kept.',
    },
    {
      name: 'keepNewest',
      type: 'integer',
      default: 1,
      minimum: 0,
      maximum: 20,
      description: 'So many of the newest backups of each folder are kept, whatever their age.',
    },
    {
      name: 'includeForeign',
      type: 'boolean',
      default: false,
      description:
        'Also delete backups that FleetMend did not make: SDTemp, SoftwareDistribution.old, catroot2.bak and the like.',
    },
  ],
  steps: [
    {
      id: 'find-backups',
      section: 'preflight',
      action: 'find-backups',
      title: 'Find backups that may be deleted',
    },
    {
      id: 'delete-backups',
      section: 'acting',
      action: 'delete-backups',
      title: 'Delete them, the oldest first',
    },
    {
      id: 'verify-backups-deleted',
      section: 'verifying',
      action: 'verify-backups-deleted',
      title: 'Verify that they are gone',
    },
  ],
};
