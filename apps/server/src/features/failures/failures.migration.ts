import { migration } from '../../platform/database';

/**
 * Each occurrence, and each success. Their machine is checked by the writer of reports, which has its row locked: a
 * foreign key would look it up again for every row.
 */
export const failuresMigration = migration(
  'Failures',
  1795240000012,
  `
  CREATE TABLE failures (
    id uuid PRIMARY KEY,
    machine_id uuid NOT NULL,
    -- Null for what says nothing about the health of Windows Update: Store apps, Defender definitions.
    fingerprint_id uuid,
    code text NOT NULL,
    extended_code text,
    phase text NOT NULL,
    update_kind text NOT NULL,
    update_source text NOT NULL,
    update_id text,
    update_revision bigint,
    kb text,
    update_title text,
    -- Never later than received_at: clocks of machines may be wrong.
    occurred_at timestamptz NOT NULL,
    -- What the machine said, where that was in the future.
    claimed_at timestamptz,
    received_at timestamptz NOT NULL,
    from_backlog boolean NOT NULL,
    evidence jsonb NOT NULL
  );
  CREATE INDEX failures_timeline ON failures (machine_id, occurred_at DESC, id DESC);

  CREATE TABLE successes (
    id uuid PRIMARY KEY,
    machine_id uuid NOT NULL,
    phase text NOT NULL,
    update_id text,
    update_revision bigint,
    kb text,
    update_title text,
    occurred_at timestamptz NOT NULL,
    claimed_at timestamptz,
    received_at timestamptz NOT NULL
  );
  CREATE INDEX successes_timeline ON successes (machine_id, occurred_at DESC, id DESC);
  `,
);
