import { BACKUPS } from './backups';
import { COMPONENT_STORE, DRIVERS, TROUBLESHOOTER } from './repairs';
import { RESET } from './reset';
import { type FaultRow } from './row';

/** Every playbook has its row. */
export const FAULT_TABLE: readonly FaultRow[] = [
  RESET,
  COMPONENT_STORE,
  TROUBLESHOOTER,
  DRIVERS,
  BACKUPS,
];
