import { publicKeySchema, type PublicKey } from '@fleetmend/client-protocol';
import * as z from 'zod';
import { integer, type State, text } from './state';

/** An Ed25519 private key as a JWK. Never leaves the state file except to sign. */
export const privateKeySchema = publicKeySchema.extend({ d: z.string().min(40) });
export type PrivateKey = z.infer<typeof privateKeySchema>;

/** Who the machine is for its server: the result of the enrolment. */
export interface Identity {
  readonly serverUrl: string;
  readonly machineId: string;
  readonly serverId: string;
  /** Pinned: orders that it didn't sign are refused. */
  readonly serverKey: PublicKey;
  readonly privateKey: PrivateKey;
  readonly enrolledAt: Date;
}

/** Undefined before the enrolment. */
export function readIdentity(state: State): Identity | undefined {
  const row = state.get('SELECT * FROM identity WHERE id = 1');
  if (!row) return undefined;
  return {
    serverUrl: text(row, 'server_url'),
    machineId: text(row, 'machine_id'),
    serverId: text(row, 'server_id'),
    serverKey: publicKeySchema.parse(JSON.parse(text(row, 'server_key'))),
    privateKey: privateKeySchema.parse(JSON.parse(text(row, 'private_key'))),
    enrolledAt: new Date(integer(row, 'enrolled_at')),
  };
}

/** Keeps the identity, in place of an earlier one. */
export function writeIdentity(state: State, identity: Identity): void {
  state.run(
    `INSERT OR REPLACE INTO identity
       (id, server_url, machine_id, server_id, server_key, private_key, enrolled_at)
     VALUES (1, ?, ?, ?, ?, ?, ?)`,
    identity.serverUrl,
    identity.machineId,
    identity.serverId,
    JSON.stringify(identity.serverKey),
    JSON.stringify(identity.privateKey),
    identity.enrolledAt.getTime(),
  );
}
