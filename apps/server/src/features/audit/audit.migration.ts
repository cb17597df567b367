import { migration } from '../../platform/database';

/** The audit log. The trigger makes it append-only for the server's own role too. */
export const auditMigration = migration(
  'AuditLog',
  1795240000000,
  `
  CREATE TABLE audit_entries (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    actor text NOT NULL,
    action text NOT NULL,
    subject_type text NOT NULL,
    subject_id text,
    summary text NOT NULL,
    before jsonb,
    after jsonb,
    address text
  );
  CREATE INDEX audit_entries_actor ON audit_entries (actor, id DESC);
  CREATE INDEX audit_entries_action ON audit_entries (action, id DESC);
  CREATE INDEX audit_entries_subject ON audit_entries (subject_id, id DESC);

  CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION '% of % is refused: entries are added and never changed', TG_OP, TG_TABLE_NAME;
  END $$;
  CREATE TRIGGER audit_entries_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
  `,
);
