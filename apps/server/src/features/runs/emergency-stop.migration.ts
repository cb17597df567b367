import { migration } from '../../platform/database';

/** The switch that stops all orders at once. */
export const emergencyStopMigration = migration(
  'EmergencyStop',
  1795240000050,
  `
  CREATE TABLE emergency_stop (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    is_on boolean NOT NULL DEFAULT false,
    reason text,
    by text,
    at timestamptz
  );
  INSERT INTO emergency_stop DEFAULT VALUES;
  `,
);
