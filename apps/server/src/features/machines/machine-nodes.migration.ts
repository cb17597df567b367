import { migration } from '../../platform/database';

/** Which server holds the connection of a machine; it says something only while the machine is online. */
export const machineNodesMigration = migration(
  'MachineNodes',
  1795240000031,
  'ALTER TABLE machines ADD COLUMN connection_node uuid',
);

/** Which start of its client that is; another server judges by it whether a key is copied. */
export const machineInstancesMigration = migration(
  'MachineInstances',
  1795240000033,
  'ALTER TABLE machines ADD COLUMN connection_instance text',
);
