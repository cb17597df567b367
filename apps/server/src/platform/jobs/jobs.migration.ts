import { migration } from '../database';

export const jobsMigration = migration(
  'Jobs',
  1795240000002,
  `
  CREATE TABLE job_results (
    id text PRIMARY KEY,
    last_run_at timestamptz NOT NULL,
    last_result text NOT NULL CHECK (last_result IN ('ok', 'failed', 'skipped')),
    message text,
    milliseconds integer NOT NULL
  );
  `,
);
