import {
  type EnrolmentResponse,
  PROOF_LIFETIME_SECONDS,
  PROOF_TYPE,
  PROTOCOL_VERSION,
  type PublicKey,
  enrolmentErrorSchema,
  enrolmentResponseSchema,
  publicKeySchema,
} from '@fleetmend/client-protocol';
import { CLIENT_VERSION, hintsOf, type MachineProfile } from '@fleetmend/simulation';
import { randomUUID } from 'node:crypto';
import { type JWK, SignJWT, exportJWK, generateKeyPair, importJWK } from 'jose';
import * as z from 'zod';

/** Who a machine is: what enrolment gave it, and its key. */
export const identitySchema = enrolmentResponseSchema.extend({
  privateKey: publicKeySchema.extend({ d: z.string() }),
});
export type Identity = EnrolmentResponse & {
  readonly privateKey: PublicKey & { readonly d: string };
};

/** The server refused an enrolment for good: trying again is of no use. */
export class EnrolmentRefused extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = 'EnrolmentRefused';
  }
}

/** An enrolment didn't work this time. */
export class EnrolmentFailed extends Error {
  constructor(
    message: string,
    /** How long the server asked to wait, in milliseconds. */
    readonly retryAfter?: number,
  ) {
    super(message);
    this.name = 'EnrolmentFailed';
  }
}

/** Makes a key pair and enrols it. Throws {@link EnrolmentRefused} or {@link EnrolmentFailed}. */
export async function enrol(
  server: URL,
  token: string,
  profile: MachineProfile,
  signal?: AbortSignal,
): Promise<Identity> {
  return ask(new URL('/api/v1/enrolments', server), { token }, profile, signal);
}

/** Asks for a key of its own with the copied key of another machine. Throws as {@link enrol}. */
export async function reEnrol(
  server: URL,
  copied: Identity,
  instanceId: string,
  profile: MachineProfile,
  signal?: AbortSignal,
): Promise<Identity> {
  const address = new URL('/api/v1/re-enrolments', server);
  return ask(address, { proof: await proofOf(copied), instanceId }, profile, signal);
}

async function ask(
  address: URL,
  words: object,
  profile: MachineProfile,
  signal?: AbortSignal,
): Promise<Identity> {
  const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const privateKey = identitySchema.shape.privateKey.parse(await exportJWK(pair.privateKey));
  const response = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    redirect: 'error',
    body: JSON.stringify({
      protocol: PROTOCOL_VERSION,
      publicKey: publicKeySchema.parse(privateKey),
      ...hintsOf(profile),
      clientVersion: CLIENT_VERSION,
      ...words,
    }),
    ...(signal === undefined ? {} : { signal }),
  }).catch((error: unknown) => {
    throw new EnrolmentFailed(`The server can't be reached: ${reasonOf(error)}`);
  });
  const body: unknown = await response.json().catch(() => undefined);
  if (response.status === 202) throw new EnrolmentFailed('An administrator has to allow it.');
  if (response.ok) {
    const answer = enrolmentResponseSchema.safeParse(body);
    if (!answer.success)
      throw new EnrolmentFailed('The server gave an answer that makes no sense.');
    return { ...answer.data, privateKey };
  }
  const { code, message } = enrolmentErrorSchema.safeParse(body).data ?? {
    code: `http-${response.status}`,
    message: `The server answered with status ${response.status}.`,
  };
  if (response.status === 429 || response.status >= 500) {
    const seconds = Number(response.headers.get('retry-after') ?? NaN);
    throw new EnrolmentFailed(message, Number.isFinite(seconds) ? seconds * 1000 : undefined);
  }
  throw new EnrolmentRefused(code, message);
}

/** A new proof of identity for one connection. */
export async function proofOf(identity: Identity, now = Date.now()): Promise<string> {
  const seconds = Math.floor(now / 1000);
  return new SignJWT({ jti: randomUUID() })
    .setProtectedHeader({ alg: 'EdDSA', typ: PROOF_TYPE })
    .setIssuer(identity.machineId)
    .setAudience(identity.serverId)
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + PROOF_LIFETIME_SECONDS)
    .sign(await importJWK(identity.privateKey as JWK, 'EdDSA'));
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
