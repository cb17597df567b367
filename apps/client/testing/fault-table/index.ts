import { RESET } from './reset';
import { type FaultRow } from './row';

/** Every playbook has its row. */
export const FAULT_TABLE: readonly FaultRow[] = [RESET];
