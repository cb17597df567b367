import { migration } from '../../platform/database';

/** What makes failures the same, on which machines it is, and how many there were in each hour. */
export const fingerprintsMigration = migration(
  'Fingerprints',
  1795240000011,
  `
  CREATE TABLE fingerprints (
    id uuid PRIMARY KEY,
    key text NOT NULL UNIQUE,
    code text NOT NULL,
    extended_code text,
    phase text NOT NULL,
    -- KB number or update id; null for failed scans.
    update text,
    update_title text,
    update_kind text NOT NULL,
    update_source text NOT NULL,
    os_family text NOT NULL,
    first_seen_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    occurrences bigint NOT NULL DEFAULT 0,
    machines integer NOT NULL DEFAULT 0,
    open_machines integer NOT NULL DEFAULT 0 CHECK (open_machines >= 0)
  ) WITH (fillfactor = 50);
  CREATE INDEX fingerprints_by_machines ON fingerprints (open_machines DESC, id);
  CREATE INDEX fingerprints_by_last_seen ON fingerprints (last_seen_at DESC, id);
  CREATE INDEX fingerprints_by_first_seen ON fingerprints (first_seen_at DESC, id);
  CREATE INDEX fingerprints_by_code ON fingerprints (code);

  CREATE TABLE machine_fingerprints (
    machine_id uuid NOT NULL REFERENCES machines (id),
    fingerprint_id uuid NOT NULL REFERENCES fingerprints (id),
    state text NOT NULL CHECK (state IN ('open', 'closed', 'superseded')),
    occurrences integer NOT NULL,
    first_seen_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    -- The success that closed it.
    closed_at timestamptz,
    -- The update of the newest occurrence: what a success is compared with.
    update_id text,
    update_revision bigint,
    kb text,
    PRIMARY KEY (machine_id, fingerprint_id)
  ) WITH (fillfactor = 80);
  CREATE INDEX machine_fingerprints_affected
    ON machine_fingerprints (fingerprint_id, last_seen_at DESC, machine_id);
  CREATE INDEX machine_fingerprints_open
    ON machine_fingerprints (fingerprint_id, last_seen_at DESC, machine_id) WHERE state = 'open';

  CREATE TABLE fingerprint_hours (
    fingerprint_id uuid NOT NULL REFERENCES fingerprints (id),
    hour timestamptz NOT NULL,
    failures integer NOT NULL,
    PRIMARY KEY (fingerprint_id, hour)
  );
  `,
);
