import { migration } from '../../platform/database';

/** Releases of the client, who is to get them, and how machines fare with them. */
export const releasesMigration = migration(
  'Releases',
  1795240000040,
  `
  -- Versions as they are compared; null for what is none.
  CREATE FUNCTION client_version_order(version text) RETURNS int[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN version ~ '^\\d{1,6}\\.\\d{1,6}\\.\\d{1,6}$' THEN string_to_array(version, '.')::int[] END
  $$;

  CREATE TABLE releases (
    id uuid PRIMARY KEY,
    version text NOT NULL CHECK (client_version_order(version) IS NOT NULL),
    architecture text NOT NULL,
    sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    size bigint NOT NULL CHECK (size > 0),
    -- As its publisher signed it: clients check it, the server can't.
    manifest text NOT NULL,
    created_at timestamptz NOT NULL,
    minimum_from_version text,
    uploaded_at timestamptz NOT NULL,
    uploaded_by text NOT NULL,
    state text NOT NULL CHECK (state IN ('incomplete', 'paused', 'rolling', 'halted')),
    percentage integer CHECK (percentage BETWEEN 1 AND 100),
    halt_after integer NOT NULL DEFAULT 3 CHECK (halt_after > 0),
    halt_reason text,
    UNIQUE (version, architecture)
  );

  CREATE TABLE release_machines (
    release_id uuid NOT NULL REFERENCES releases (id) ON DELETE CASCADE,
    machine_id uuid NOT NULL REFERENCES machines (id) ON DELETE CASCADE,
    PRIMARY KEY (release_id, machine_id)
  );

  CREATE TABLE machine_updates (
    release_id uuid NOT NULL REFERENCES releases (id),
    machine_id uuid NOT NULL REFERENCES machines (id) ON DELETE CASCADE,
    state text NOT NULL,
    reason text,
    message text,
    from_version text NOT NULL,
    offered_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (release_id, machine_id)
  ) WITH (fillfactor = 80);
  CREATE INDEX machine_updates_by_machine ON machine_updates (machine_id, changed_at DESC);
  CREATE INDEX machine_updates_by_change ON machine_updates (release_id, changed_at DESC, machine_id);
  CREATE INDEX machine_updates_installing ON machine_updates (changed_at) WHERE state = 'installing';
  `,
);
