import { migration } from '../../platform/database';

/** Machines, their presence and what they last said of themselves. */
export const machinesMigration = migration(
  'Machines',
  1795240000010,
  `
  CREATE TABLE machines (
    id uuid PRIMARY KEY,
    hostname text NOT NULL,
    domain text,
    machine_guid text,
    -- Ed25519, 32 bytes in base64url: "x" of the JWK.
    public_key text NOT NULL UNIQUE,
    client_version text,
    enrolled_at timestamptz NOT NULL,
    enrolment_token_id uuid,
    enrolment_token_label text,
    retired_at timestamptz,
    -- Each connection has a number; only the goodbye of the current one makes a machine offline.
    connection_number bigint NOT NULL DEFAULT 0,
    online boolean NOT NULL DEFAULT false,
    last_seen_at timestamptz,
    os_name text,
    os_version text,
    os_build integer,
    os_family text,
    pending_restart boolean,
    free_system_disk_bytes bigint,
    inventory jsonb,
    inventory_at timestamptz,
    -- Fingerprints that are open on the machine; kept by the writer of reports.
    open_failures integer NOT NULL DEFAULT 0 CHECK (open_failures >= 0)
  ) WITH (fillfactor = 80);

  CREATE INDEX machines_by_hostname ON machines (lower(hostname), id) WHERE retired_at IS NULL;
  CREATE INDEX machines_by_last_seen ON machines (coalesce(last_seen_at, '-infinity'::timestamptz) DESC, id)
    WHERE retired_at IS NULL;
  CREATE INDEX machines_by_open_failures ON machines (open_failures DESC, id) WHERE retired_at IS NULL;
  CREATE INDEX machines_by_os_family ON machines (os_family) WHERE retired_at IS NULL;
  CREATE INDEX machines_by_guid ON machines (machine_guid);
  CREATE INDEX machines_online ON machines (id) WHERE online;

  -- Search by any part of the name: with trigrams where the extension can be had, else by reading all names.
  DO $$
  BEGIN
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
    CREATE INDEX machines_search ON machines USING gin (lower(hostname) gin_trgm_ops);
  EXCEPTION WHEN undefined_file OR insufficient_privilege OR feature_not_supported OR undefined_object THEN
    RAISE NOTICE 'pg_trgm is not available';
  END $$;
  `,
);
