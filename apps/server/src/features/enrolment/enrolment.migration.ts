import { migration } from '../../platform/database';

/** Tokens with which machines enrol. Of a secret only the SHA-256 is kept. */
export const enrolmentMigration = migration(
  'Enrolment',
  1795240000003,
  `
  CREATE TABLE enrolment_tokens (
    id uuid PRIMARY KEY,
    label text NOT NULL,
    secret_hash bytea NOT NULL UNIQUE CHECK (length(secret_hash) = 32),
    created_at timestamptz NOT NULL,
    created_by text NOT NULL,
    expires_at timestamptz NOT NULL,
    maximum_uses integer CHECK (maximum_uses > 0),
    uses integer NOT NULL DEFAULT 0 CHECK (uses >= 0 AND (maximum_uses IS NULL OR uses <= maximum_uses)),
    revoked_at timestamptz
  );
  `,
);
