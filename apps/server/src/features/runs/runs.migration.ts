import { migration } from '../../platform/database';

/** Remediations, their runs, what the machines told of them, and the records that were saved before a reset. */
export const runsMigration = migration(
  'Runs',
  1795240000014,
  `
  CREATE TABLE remediations (
    id uuid PRIMARY KEY,
    -- Made by whoever asks: the same request makes one remediation, however often it comes.
    request_id uuid NOT NULL UNIQUE,
    playbook text NOT NULL,
    playbook_version integer NOT NULL,
    mode text NOT NULL CHECK (mode IN ('execute', 'dry-run', 'undo')),
    parameters jsonb NOT NULL,
    fingerprint_id uuid REFERENCES fingerprints (id),
    reason text,
    override_reason text,
    created_at timestamptz NOT NULL,
    created_by text NOT NULL,
    expires_at timestamptz NOT NULL
  );
  CREATE INDEX remediations_newest ON remediations (created_at DESC, id DESC);

  CREATE TABLE runs (
    id uuid PRIMARY KEY,
    remediation_id uuid NOT NULL REFERENCES remediations (id),
    machine_id uuid NOT NULL REFERENCES machines (id),
    fingerprint_id uuid REFERENCES fingerprints (id),
    playbook text NOT NULL,
    playbook_version integer NOT NULL,
    mode text NOT NULL CHECK (mode IN ('execute', 'dry-run', 'undo')),
    parameters jsonb NOT NULL,
    undoes uuid REFERENCES runs (id),
    -- Which failure is to be mended, as the order names it.
    failure jsonb,
    state text NOT NULL,
    verdict text,
    level text,
    verdict_code text,
    -- Whether the machine itself said the verdict; what the server only concluded gives way to what the machine says.
    verdict_by_machine boolean NOT NULL DEFAULT false,
    message text,
    created_at timestamptz NOT NULL,
    leased_at timestamptz,
    last_event_at timestamptz,
    ended_at timestamptz,
    expires_at timestamptz NOT NULL,
    last_sequence integer NOT NULL DEFAULT -1,
    events integer NOT NULL DEFAULT 0,
    CHECK ((state = 'ended') = (verdict IS NOT NULL)),
    CHECK ((state = 'ended') = (ended_at IS NOT NULL))
  ) WITH (fillfactor = 80);
  -- One run per machine at a time.
  CREATE UNIQUE INDEX runs_active ON runs (machine_id) WHERE state <> 'ended';
  CREATE INDEX runs_open_by_expiry ON runs (state, expires_at) WHERE state <> 'ended';
  CREATE INDEX runs_newest ON runs (created_at DESC, id DESC);
  CREATE INDEX runs_of_machine ON runs (machine_id, created_at DESC, id DESC);
  CREATE INDEX runs_of_remediation ON runs (remediation_id, created_at DESC, id DESC);
  CREATE INDEX runs_counted_by_remediation ON runs (remediation_id, state, verdict);
  CREATE INDEX runs_of_fingerprint ON runs (fingerprint_id, verdict);
  CREATE INDEX runs_ended ON runs (ended_at) WHERE verdict = 'fixed';
  CREATE INDEX runs_undoing ON runs (undoes) WHERE undoes IS NOT NULL;
  CREATE UNIQUE INDEX runs_undo ON runs (undoes) WHERE undoes IS NOT NULL AND state <> 'ended';

  -- Each move of a run's life cycle.
  CREATE TABLE run_moves (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id uuid NOT NULL REFERENCES runs (id),
    from_state text,
    to_state text NOT NULL,
    verdict text,
    reason text NOT NULL,
    at timestamptz NOT NULL
  );
  CREATE INDEX run_moves_of_run ON run_moves (run_id, id);

  -- What the machine told, as it came.
  CREATE TABLE run_events (
    run_id uuid NOT NULL REFERENCES runs (id),
    sequence integer NOT NULL,
    event text NOT NULL,
    body jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (run_id, sequence)
  );

  CREATE TABLE run_steps (
    run_id uuid NOT NULL REFERENCES runs (id),
    section text NOT NULL,
    step_id text NOT NULL,
    state text NOT NULL,
    message text NOT NULL,
    error_code bigint,
    details jsonb,
    started_at timestamptz,
    ended_at timestamptz,
    sequence integer NOT NULL,
    PRIMARY KEY (run_id, section, step_id)
  );

  -- Saved before a playbook that empties them; kept for good.
  CREATE TABLE histories (
    id uuid PRIMARY KEY,
    run_id uuid NOT NULL REFERENCES runs (id),
    name text NOT NULL,
    parts integer NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (run_id, name)
  );
  CREATE TABLE history_parts (
    history_id uuid NOT NULL REFERENCES histories (id),
    part integer NOT NULL,
    content text NOT NULL,
    PRIMARY KEY (history_id, part)
  );
  `,
);

/** What time proves of a run after it has ended. */
export const runsWatchMigration = migration(
  'RunsWatch',
  1795240000022,
  `
  -- When it was seen that the machine had restarted, or the watch period passed, without the failure coming back.
  ALTER TABLE runs ADD COLUMN restart_survived_at timestamptz, ADD COLUMN held_at timestamptz;
  CREATE INDEX runs_watched ON runs (ended_at)
    WHERE mode = 'execute' AND verdict IN ('fixed', 'superseded') AND held_at IS NULL;
  `,
);
