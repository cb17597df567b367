import { migration } from '../../platform/database';

/** Standing policies, the runs that they made, and those that they would have made while they rehearsed. */
export const policiesMigration = migration(
  'Policies',
  1795240000061,
  `
  CREATE TABLE policies (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    -- Everything that it matches and does.
    plan jsonb NOT NULL,
    expires_at timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN ('off', 'rehearsing', 'on')),
    state_reason text,
    state_by text NOT NULL,
    state_at timestamptz NOT NULL,
    -- Raised by every change of what it does.
    revision integer NOT NULL,
    -- When it last rehearsed in this revision.
    rehearsed_at timestamptz,
    created_at timestamptz NOT NULL,
    created_by text NOT NULL,
    deleted_at timestamptz
  );
  CREATE UNIQUE INDEX policies_by_name ON policies (lower(name)) WHERE deleted_at IS NULL;

  -- How many machines a policy has begun with on a day is counted here, and nowhere else.
  CREATE TABLE policy_runs (
    run_id uuid PRIMARY KEY REFERENCES runs (id),
    policy_id uuid NOT NULL REFERENCES policies (id),
    revision integer NOT NULL,
    -- The day in UTC whose limit it counts towards.
    day date NOT NULL,
    at timestamptz NOT NULL
  );
  CREATE INDEX policy_runs_of_day ON policy_runs (policy_id, day);
  CREATE INDEX policy_runs_newest ON policy_runs (policy_id, at DESC);

  CREATE TABLE policy_rehearsals (
    policy_id uuid NOT NULL REFERENCES policies (id),
    machine_id uuid NOT NULL,
    fingerprint_id uuid NOT NULL REFERENCES fingerprints (id),
    day date NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (policy_id, machine_id, day)
  );
  CREATE INDEX policy_rehearsals_newest ON policy_rehearsals (policy_id, at DESC, machine_id);
  `,
);
