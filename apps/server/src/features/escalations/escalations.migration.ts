import { migration } from '../../platform/database';

/** Rules that say what comes after a run that did not help, and what they said. */
export const escalationsMigration = migration(
  'Escalations',
  1795240000060,
  `
  CREATE TABLE escalation_rules (
    id uuid PRIMARY KEY,
    -- Of rules that came with the product: each is added once.
    key text UNIQUE,
    name text NOT NULL,
    is_on boolean NOT NULL,
    condition jsonb NOT NULL,
    step jsonb NOT NULL,
    mode text NOT NULL CHECK (mode IN ('propose', 'automatic')),
    daily_limit integer NOT NULL,
    cool_down_days integer NOT NULL,
    -- The first rule that applies counts.
    position integer NOT NULL,
    updated_at timestamptz NOT NULL,
    updated_by text NOT NULL
  );

  -- Which runs were looked at, and with which verdict: a verdict that changes is looked at again.
  CREATE TABLE escalation_looks (
    run_id uuid PRIMARY KEY REFERENCES runs (id),
    verdict text NOT NULL,
    at timestamptz NOT NULL
  );
  -- What ended before there were rules is nobody's question.
  INSERT INTO escalation_looks (run_id, verdict, at) SELECT id, verdict, ended_at FROM runs WHERE state = 'ended';
  CREATE INDEX runs_ended_badly ON runs (ended_at) WHERE state = 'ended' AND mode = 'execute'
    AND verdict IN ('same-error', 'new-error', 'step-failed', 'rolled-back', 'inconsistent', 'lost', 'recurred');

  CREATE TABLE escalations (
    id uuid PRIMARY KEY,
    rule_id uuid NOT NULL REFERENCES escalation_rules (id),
    -- The run that it follows, and so the machine.
    run_id uuid NOT NULL REFERENCES runs (id),
    verdict text NOT NULL,
    -- The failure that is there now.
    fingerprint_id uuid REFERENCES fingerprints (id),
    link integer NOT NULL CHECK (link BETWEEN 1 AND 5),
    -- What the rule proposed then.
    step jsonb NOT NULL,
    state text NOT NULL,
    note text,
    ordered_run_id uuid UNIQUE REFERENCES runs (id),
    created_at timestamptz NOT NULL,
    decided_by text,
    decided_at timestamptz,
    expires_at timestamptz NOT NULL,
    UNIQUE (run_id, verdict),
    CHECK ((state = 'ordered') = (ordered_run_id IS NOT NULL))
  );
  CREATE INDEX escalations_newest ON escalations (created_at DESC, id DESC);
  CREATE INDEX escalations_of_rule ON escalations (rule_id, state);
  CREATE INDEX escalations_alive ON escalations (state, created_at, id)
    WHERE state IN ('open', 'approved', 'handed-over');
  `,
);
