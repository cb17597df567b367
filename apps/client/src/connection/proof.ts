import { randomUUID } from 'node:crypto';
import { PROOF_LIFETIME_SECONDS, PROOF_TYPE } from '@fleetmend/client-protocol';
import { importJWK, SignJWT } from 'jose';
import { type Identity } from '../state/identity';

/** A new proof that this is the machine: a compact JWS that counts once and not for long. */
export async function makeProof(identity: Identity, now: Date): Promise<string> {
  const issuedAt = Math.floor(now.getTime() / 1000);
  const key = await importJWK(identity.privateKey, 'EdDSA');
  return new SignJWT({})
    .setProtectedHeader({ alg: 'EdDSA', typ: PROOF_TYPE })
    .setIssuer(identity.machineId)
    .setAudience(identity.serverId)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + PROOF_LIFETIME_SECONDS)
    .setJti(randomUUID())
    .sign(key);
}
