import { CLIENT_ARCHITECTURES, CLIENT_VERSION_PATTERN } from '@fleetmend/domain';
import * as z from 'zod';
import { acknowledgementOf } from './acknowledgement';
import { machineIdSchema } from './identity';

/** Sent by the server, without content, when a release may wait. The client then asks with {@link FETCH_UPDATE}. */
export const UPDATE_WAITING = 'update-waiting';
/** Sent by the client on every connect, after every nudge and now and then; the answer holds an offer, or none. */
export const FETCH_UPDATE = 'fetch-update';

/**
 * A manifest is a compact JWS with this `typ`, signed by whoever publishes the client. The public half of that key is
 * built into clients; the server never has the private one.
 */
export const RELEASE_TYPE = 'fleetmend-release+jws';
/** An offer is a compact JWS with this `typ`, signed by the server's key, which the client pinned at enrolment. */
export const OFFER_TYPE = 'fleetmend-update+jwt';

/** No executable is larger, in bytes. */
export const MAX_RELEASE_BYTES = 300_000_000;
export const MAX_MANIFEST_LENGTH = 4000;

const version = z.string().regex(CLIENT_VERSION_PATTERN);

/** What a manifest says of its executable. */
export const releaseManifestSchema = z.object({
  version,
  architecture: z.enum(CLIENT_ARCHITECTURES),
  /** SHA-256 of the executable, hex. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** In bytes. */
  size: z.number().int().min(1).max(MAX_RELEASE_BYTES),
  createdAt: z.iso.datetime(),
  /** Clients older than this can't go to the release directly. */
  minimumFromVersion: version.optional(),
});
export type ReleaseManifest = z.infer<typeof releaseManifestSchema>;

export const offerClaimsSchema = z.object({
  /** The server's id, as given at enrolment. */
  iss: z.uuid(),
  /** The machine. */
  aud: machineIdSchema,
  jti: z.uuid(),
  iat: z.number().int(),
  /** An offer is followed until this moment, by the server's clock. */
  exp: z.number().int(),
  /** The release, for reports and for the download. */
  releaseId: z.uuid(),
  /** The publisher's manifest, as it was uploaded. */
  manifest: z.string().max(MAX_MANIFEST_LENGTH),
});
export type OfferClaims = z.infer<typeof offerClaimsSchema>;

/** What the client says of itself: also how a client that was just updated shows that it reaches the server. */
export const fetchUpdateSchema = z.object({
  version: z.string().min(1).max(50),
  architecture: z.string().min(1).max(20),
});
export type FetchUpdate = z.infer<typeof fetchUpdateSchema>;
export const fetchUpdateAckSchema = acknowledgementOf({
  offer: z.string().max(8000).nullable(),
});
export type FetchUpdateAck = z.infer<typeof fetchUpdateAckSchema>;

/**
 * Where the executable of a release is: `GET`, with ranges. A new proof for each request goes into the header
 * `Authorization: {@link PROOF_SCHEME} PROOF`.
 */
export const executablePath = (releaseId: string) =>
  `/api/v1/client-updates/${releaseId}/executable`;
export const PROOF_SCHEME = 'FleetMend-Proof';
