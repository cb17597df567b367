import { publicKeySchema, type PublicKey } from '@fleetmend/client-protocol';
import * as z from 'zod';
import { integer, type State, text } from './state';
import { isSealed, type Vault } from './vault';

/** An Ed25519 private key as a JWK. Never leaves the state file except to sign. */
export const privateKeySchema = publicKeySchema.extend({ d: z.string().min(40) });
export type PrivateKey = z.infer<typeof privateKeySchema>;

/** At which server the machine is enrolled, and as what: nothing of it is secret. */
export interface Enrolment {
  readonly serverUrl: string;
  readonly machineId: string;
  readonly serverId: string;
  /** Pinned: orders that it didn't sign are refused. */
  readonly serverKey: PublicKey;
  readonly enrolledAt: Date;
}

/** Who the machine is for its server: the result of the enrolment. */
export interface Identity extends Enrolment {
  readonly privateKey: PrivateKey;
}

const KEY_PURPOSE = 'private key of the machine';

/** Undefined before the enrolment. */
export function readEnrolment(state: State): Enrolment | undefined {
  const row = state.get('SELECT * FROM identity WHERE id = 1');
  if (!row) return undefined;
  return {
    serverUrl: text(row, 'server_url'),
    machineId: text(row, 'machine_id'),
    serverId: text(row, 'server_id'),
    serverKey: publicKeySchema.parse(JSON.parse(text(row, 'server_key'))),
    enrolledAt: new Date(integer(row, 'enrolled_at')),
  };
}

/** Undefined before the enrolment. Throws `SecretUnreadable` when the state comes from another machine. */
export function readIdentity(state: State, vault: Vault): Identity | undefined {
  const enrolment = readEnrolment(state);
  const kept = state.get('SELECT private_key FROM identity WHERE id = 1');
  if (!enrolment || !kept) return undefined;
  const stored = text(kept, 'private_key');
  const opened = isSealed(stored) ? vault.open(KEY_PURPOSE, stored) : stored;
  return { ...enrolment, privateKey: privateKeySchema.parse(JSON.parse(opened)) };
}

/** Keeps the identity, in place of an earlier one. */
export function writeIdentity(state: State, vault: Vault, identity: Identity): void {
  state.run(
    `INSERT OR REPLACE INTO identity
       (id, server_url, machine_id, server_id, server_key, private_key, enrolled_at)
     VALUES (1, ?, ?, ?, ?, ?, ?)`,
    identity.serverUrl,
    identity.machineId,
    identity.serverId,
    JSON.stringify(identity.serverKey),
    vault.seal(KEY_PURPOSE, JSON.stringify(identity.privateKey)),
    identity.enrolledAt.getTime(),
  );
}

/** Whether the key is kept as the first clients kept it: as it is. */
export function hasOpenKey(state: State): boolean {
  const row = state.get('SELECT private_key FROM identity WHERE id = 1');
  return row !== undefined && !isSealed(text(row, 'private_key'));
}

/**
 * Seals a key that the first clients kept open; resolves with whether there was one. Nothing of it stays in the files:
 * what SQLite frees it overwrites, and its log is emptied.
 */
export function sealOpenKey(state: State, vault: Vault): boolean {
  const sealed = state.transaction(() => {
    const row = state.get('SELECT private_key FROM identity WHERE id = 1');
    if (!row || isSealed(text(row, 'private_key'))) return false;
    state.run(
      'UPDATE identity SET private_key = ? WHERE id = 1',
      vault.seal(KEY_PURPOSE, text(row, 'private_key')),
    );
    return true;
  });
  if (sealed) state.get('PRAGMA wal_checkpoint(TRUNCATE)');
  return sealed;
}
