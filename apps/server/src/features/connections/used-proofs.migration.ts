import { migration } from '../../platform/database';

/** The proofs of handshakes that were used, for as long as they could count once more. */
export const usedProofsMigration = migration(
  'UsedProofs',
  1795240000032,
  `
  CREATE TABLE used_proofs (
    jti uuid PRIMARY KEY,
    forget_at timestamptz NOT NULL
  );
  `,
);
