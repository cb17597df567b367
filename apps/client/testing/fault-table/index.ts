import { BACKUPS } from './backups';
import { ALLOW_OS_UPGRADE } from './allow-os-upgrade';
import { REPAIR_UPDATE_SERVICES } from './repair-update-services';
import { COMPONENT_STORE, DRIVERS, TROUBLESHOOTER } from './repairs';
import { RESET } from './reset';
import { RESTART_MACHINE } from './restart-machine';
import { type FaultRow } from './row';
import { SYNC_CLOCK } from './sync-clock';

/** Every playbook has its row. */
export const FAULT_TABLE: readonly FaultRow[] = [
  RESET,
  COMPONENT_STORE,
  TROUBLESHOOTER,
  DRIVERS,
  BACKUPS,
  REPAIR_UPDATE_SERVICES,
  ALLOW_OS_UPGRADE,
  SYNC_CLOCK,
  RESTART_MACHINE,
];
