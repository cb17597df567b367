import {
  OFFER_TYPE,
  offerClaimsSchema,
  type OfferClaims,
  type OrderRefusal,
  type PublicKey,
  RELEASE_TYPE,
  releaseManifestSchema,
  type ReleaseManifest,
} from '@fleetmend/client-protocol';
import { type ClientUpdateReason, compareClientVersions } from '@fleetmend/domain';
import { compactVerify, decodeProtectedHeader, importJWK } from 'jose';
import type * as z from 'zod';
import { type Identity } from '../state/identity';

/** What this program is: only what is newer, and made for the same machines, may take its place. */
export interface Installed {
  readonly version: string;
  readonly architecture: string;
  /** `x` of the keys that were built in. */
  readonly releaseKeys: readonly string[];
  /** SHA-256 of executables that were tried here and taken back. */
  readonly badReleases: readonly string[];
}

/** An offer that the server has really made to this machine. */
export interface TrustedOffer {
  readonly releaseId: string;
  readonly expiresAt: Date;
  /** The publisher's manifest, not looked at yet. */
  readonly manifest: string;
}

/** A server's offer that isn't one: told like an order that can't be trusted. */
export interface UntrustedOffer {
  readonly reason: OrderRefusal;
  readonly message: string;
}

/** A release that this client doesn't take. */
export interface RefusedRelease {
  readonly reason: ClientUpdateReason;
  readonly message: string;
}

/** Longer offers and manifests are not looked at. */
const MAXIMUM_LENGTH = 8_000;

/** The server's half: signed by the pinned key, for this machine, not expired. Never throws. */
export async function trustOffer(
  offer: string,
  identity: Pick<Identity, 'serverId' | 'machineId' | 'serverKey'>,
  serverNow: Date,
): Promise<TrustedOffer | UntrustedOffer> {
  if (!isSigned(offer, OFFER_TYPE)) {
    return { reason: 'malformed-order', message: 'This is no offer of an update.' };
  }
  const payload = await payloadSignedBy(offer, [identity.serverKey]);
  if (!payload) {
    const message = 'The offer is not signed by the key that was pinned at enrolment.';
    return { reason: 'bad-signature', message };
  }
  const claims: OfferClaims | undefined = parse(offerClaimsSchema, payload);
  if (!claims)
    return { reason: 'malformed-order', message: 'The offer is signed, but makes no sense.' };
  if (claims.iss !== identity.serverId)
    return { reason: 'wrong-server', message: `The offer is from the server ${claims.iss}.` };
  if (claims.aud !== identity.machineId)
    return { reason: 'wrong-machine', message: `The offer is for the machine ${claims.aud}.` };
  const expiresAt = new Date(claims.exp * 1000);
  if (expiresAt <= serverNow) {
    const message = `The offer expired at ${expiresAt.toISOString()}.`;
    return { reason: 'expired-order', message };
  }
  return { releaseId: claims.releaseId, expiresAt, manifest: claims.manifest };
}

/**
 * The publisher's half: signed by a key that was built in, for this kind of machine, newer than what runs, and not
 * known to be bad. The server has no say in any of this. Never throws.
 */
export async function judgeRelease(
  manifest: string,
  installed: Installed,
): Promise<ReleaseManifest | RefusedRelease> {
  if (installed.releaseKeys.length === 0) {
    const message =
      'This client was built without a release key, so it takes no updates from anybody.';
    return { reason: 'no-release-key', message };
  }
  if (!isSigned(manifest, RELEASE_TYPE)) {
    return { reason: 'malformed-release', message: 'The manifest has not the form of one.' };
  }
  const keys = installed.releaseKeys.map((x) => ({ kty: 'OKP', crv: 'Ed25519', x }) as const);
  const payload = await payloadSignedBy(manifest, keys);
  if (!payload) {
    const message = 'The release is not signed by a key that this client was built with.';
    return { reason: 'bad-release-signature', message };
  }
  const release = parse(releaseManifestSchema, payload);
  if (!release) {
    return { reason: 'malformed-release', message: 'The manifest is signed, but makes no sense.' };
  }
  return obstacle(release, installed) ?? release;
}

function obstacle(release: ReleaseManifest, installed: Installed): RefusedRelease | undefined {
  const { version, architecture, minimumFromVersion, sha256 } = release;
  if (architecture !== installed.architecture) {
    const message = `The release is for ${architecture}, and this machine is ${installed.architecture}.`;
    return { reason: 'wrong-architecture', message };
  }
  if (!isOlder(installed.version, version)) {
    const message = `The release is ${version}, and ${installed.version} is installed.`;
    return { reason: 'not-newer', message };
  }
  if (minimumFromVersion !== undefined && isOlder(installed.version, minimumFromVersion)) {
    const message = `The release ${version} needs ${minimumFromVersion} first, and ${installed.version} is installed.`;
    return { reason: 'too-old-for-release', message };
  }
  if (installed.badReleases.includes(sha256)) {
    const message = `This executable of ${version} was tried on this machine and taken back.`;
    return { reason: 'known-bad', message };
  }
  return undefined;
}

/** Also when one of them is no version at all: what can't be compared is not newer. */
function isOlder(version: string, than: string): boolean {
  return (compareClientVersions(version, than) ?? 0) < 0;
}

function isSigned(text: string, type: string): boolean {
  if (text.length > MAXIMUM_LENGTH || text.split('.').length !== 3) return false;
  try {
    const header = decodeProtectedHeader(text);
    return header.alg === 'EdDSA' && header.typ === type && header.crit === undefined;
  } catch {
    return false;
  }
}

async function payloadSignedBy(
  text: string,
  keys: readonly PublicKey[],
): Promise<Uint8Array | undefined> {
  for (const key of keys) {
    try {
      const imported = await importJWK(key, 'EdDSA');
      return (await compactVerify(text, imported, { algorithms: ['EdDSA'] })).payload;
    } catch {
      // Not by this one.
    }
  }
  return undefined;
}

function parse<T>(schema: z.ZodType<T>, payload: Uint8Array): T | undefined {
  try {
    return schema.safeParse(JSON.parse(new TextDecoder().decode(payload))).data;
  } catch {
    return undefined;
  }
}
