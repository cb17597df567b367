import { migration } from '../../platform/database';

/**
 * What hints at which computer a machine is, and what was found by comparing. Machines that are there already are
 * compared once.
 */
export const duplicatesMigration = migration(
  'Duplicates',
  1795240000041,
  `
  ALTER TABLE machines
    ADD COLUMN smbios_uuid text,
    -- The machine with whose copied key it came.
    ADD COLUMN cloned_from uuid REFERENCES machines (id),
    -- The machine that took over its history.
    ADD COLUMN merged_into uuid REFERENCES machines (id),
    -- When another computer was last refused that used its key.
    ADD COLUMN key_cloned_at timestamptz,
    -- From when on its hints are to be compared with those of the others; null when they have been.
    ADD COLUMN hints_due_at timestamptz;
  UPDATE machines SET machine_guid = lower(trim(BOTH '{}' FROM trim(machine_guid)))
   WHERE machine_guid <> lower(trim(BOTH '{}' FROM trim(machine_guid)));
  UPDATE machines SET hints_due_at = enrolled_at WHERE retired_at IS NULL;
  CREATE INDEX machines_by_smbios_uuid ON machines (smbios_uuid) WHERE smbios_uuid IS NOT NULL;
  CREATE INDEX machines_cloned_from ON machines (cloned_from) WHERE cloned_from IS NOT NULL;
  CREATE INDEX machines_hints_due ON machines (hints_due_at) WHERE hints_due_at IS NOT NULL;

  CREATE TABLE possible_duplicates (
    id uuid PRIMARY KEY,
    -- The one that enrolled later, and the one that was there before.
    newer_id uuid NOT NULL REFERENCES machines (id),
    older_id uuid NOT NULL REFERENCES machines (id),
    kind text NOT NULL,
    evidence text[] NOT NULL,
    state text NOT NULL CHECK (state IN ('open', 'merged', 'dismissed')),
    first_seen_at timestamptz NOT NULL,
    looked_at timestamptz NOT NULL,
    decided_at timestamptz,
    decided_by text,
    -- Merged: the one that goes on.
    kept_id uuid REFERENCES machines (id),
    CHECK ((state = 'open') = (decided_at IS NULL)),
    CHECK ((state = 'merged') = (kept_id IS NOT NULL))
  );
  CREATE UNIQUE INDEX possible_duplicates_pair
    ON possible_duplicates (least(newer_id, older_id), greatest(newer_id, older_id));
  CREATE INDEX possible_duplicates_newer ON possible_duplicates (newer_id);
  CREATE INDEX possible_duplicates_older ON possible_duplicates (older_id);
  CREATE INDEX possible_duplicates_open ON possible_duplicates (first_seen_at DESC, id DESC) WHERE state = 'open';

  -- Hints that too many machines have to say anything.
  CREATE TABLE shared_hints (
    hint text NOT NULL,
    value text NOT NULL,
    machines integer NOT NULL,
    first_seen_at timestamptz NOT NULL,
    PRIMARY KEY (hint, value)
  );

  -- Computers that asked for a key of their own, since they hold the copied one of a machine.
  CREATE TABLE re_enrolments (
    id uuid PRIMARY KEY,
    machine_id uuid NOT NULL REFERENCES machines (id),
    hostname text NOT NULL,
    smbios_uuid text,
    machine_guid text,
    client_version text NOT NULL,
    address text NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'allowed', 'refused', 'done')),
    first_asked_at timestamptz NOT NULL,
    last_asked_at timestamptz NOT NULL,
    decided_at timestamptz,
    decided_by text,
    -- The machine that it has become.
    new_machine_id uuid REFERENCES machines (id)
  );
  CREATE UNIQUE INDEX re_enrolments_computer ON re_enrolments
    (machine_id, lower(hostname), coalesce(smbios_uuid, ''), coalesce(machine_guid, ''));
  CREATE INDEX re_enrolments_waiting ON re_enrolments (last_asked_at DESC) WHERE state = 'waiting';

  CREATE TABLE duplicate_settings (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    -- Whether a computer with a copied key becomes a machine of its own without being asked for.
    automatic_re_enrolment boolean NOT NULL
  );
  INSERT INTO duplicate_settings (automatic_re_enrolment) VALUES (true);
  `,
);
