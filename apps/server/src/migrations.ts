import { auditMigration } from './features/audit';
import { usersMigration } from './features/users';
import type { Migration } from './platform/database';

/** The schema, step by step. Order is by the moment that each step carries in its name. */
export const MIGRATIONS: readonly Migration[] = [auditMigration, usersMigration];
