import { migration } from '../../platform/database';

/** What own results are counted by, and when machines are connected. */
export const effectMigration = migration(
  'Effect',
  1795240000070,
  `
  -- Own results by failure and playbook: all that is counted lies in the index.
  DROP INDEX runs_of_fingerprint;
  CREATE INDEX runs_of_fingerprint ON runs (fingerprint_id, verdict) INCLUDE (mode, playbook, playbook_version, id);
  -- Runs that did not help, for the list of chronic machines.
  CREATE INDEX runs_unhelpful ON runs (ended_at, machine_id, verdict)
    WHERE mode = 'execute'
      AND verdict IN ('step-failed', 'new-error', 'lost', 'inconsistent', 'rolled-back', 'same-error', 'recurred');
  -- How long runs of a playbook take.
  CREATE INDEX runs_duration ON runs (playbook, ended_at DESC)
    WHERE mode = 'execute' AND verdict IS NOT NULL AND leased_at IS NOT NULL;
  -- What was measured before folders were set aside.
  CREATE INDEX run_steps_measured ON run_steps (run_id) WHERE step_id = 'measure-directory';

  -- When a machine is connected. Each hour of the week (UTC, from Monday on) has a weight of looks and of those at which
  -- it was connected; 100 is one look, and older ones fade.
  CREATE TABLE machine_habits (
    machine_id uuid PRIMARY KEY REFERENCES machines (id),
    looks smallint[] NOT NULL,
    connected smallint[] NOT NULL,
    -- The hour that was looked at last, and whether the machine was connected at some time of it.
    hour timestamptz NOT NULL,
    was_connected boolean NOT NULL
  ) WITH (fillfactor = 50);
  `,
);
