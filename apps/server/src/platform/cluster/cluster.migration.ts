import { migration } from '../database';

/** The servers that work on this database. */
export const clusterMigration = migration(
  'Cluster',
  1795240000030,
  `
  CREATE TABLE server_nodes (
    id uuid PRIMARY KEY,
    -- The server's connection holds the advisory lock of this number for as long as both live.
    number integer GENERATED ALWAYS AS IDENTITY UNIQUE,
    name text NOT NULL,
    version text NOT NULL,
    started_at timestamptz NOT NULL,
    -- Written every few seconds; a server that hasn't for longer than its lease counts as gone.
    heartbeat_at timestamptz NOT NULL
  );
  `,
);
