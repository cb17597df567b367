import * as z from 'zod';

/** The version of the protocol that this code speaks. Additions don't raise it; a change that breaks old clients does. */
export const PROTOCOL_VERSION = 1;

/** The socket.io namespace and HTTP path at which clients connect. WebSocket transport only. */
export const MACHINES_NAMESPACE = '/machines';
export const SOCKET_PATH = '/socket';

/** The longest life of a connection proof, in seconds. */
export const PROOF_LIFETIME_SECONDS = 120;

export const machineIdSchema = z.uuid();

/** An Ed25519 public key as a JWK (RFC 8037). `x` is 32 bytes, base64url. */
export const publicKeySchema = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
});
export type PublicKey = z.infer<typeof publicKeySchema>;

/** What hints at which computer this is: tells a re-imaged or cloned machine. Old clients know less of it. */
const hintFields = {
  /** The SMBIOS UUID (type 1), in the byte order of SMBIOS 2.6: as Windows itself shows it. */
  smbiosUuid: z.string().max(64).optional(),
  /** HKLM\SOFTWARE\Microsoft\Cryptography\MachineGuid. */
  machineGuid: z.string().max(64).optional(),
  hostname: z.string().min(1).max(255),
};
export const machineHintsSchema = z.object(hintFields);
export type MachineHintsMessage = z.infer<typeof machineHintsSchema>;

/** What the machine says of itself when it enrols; the inventory later says the rest. */
export const enrolmentRequestSchema = z.object({
  protocol: z.number().int().min(1),
  token: z.string().min(20).max(200),
  publicKey: publicKeySchema,
  ...hintFields,
  clientVersion: z.string().min(1).max(50),
});
export type EnrolmentRequest = z.infer<typeof enrolmentRequestSchema>;

/** The answer of `POST /api/v1/enrolments`. The client keeps all of it and pins `serverKey`. */
export const enrolmentResponseSchema = z.object({
  machineId: machineIdSchema,
  /** Names the server in tokens: audience of proofs, issuer of orders. */
  serverId: z.uuid(),
  /** Orders that are not signed by this key are refused, for good. */
  serverKey: publicKeySchema,
});
export type EnrolmentResponse = z.infer<typeof enrolmentResponseSchema>;

/**
 * The body of every other answer of `POST /api/v1/enrolments`. A client knows some codes and shows `message` for all;
 * whether to try again is told by the HTTP status: 429 and 5xx are worth it.
 */
export const enrolmentErrorSchema = z.object({ code: z.string(), message: z.string() });
export type EnrolmentError = z.infer<typeof enrolmentErrorSchema>;

/**
 * The proof is a compact JWS: header `{"alg":"EdDSA","typ":"fleetmend-proof+jwt"}`, signed by the client's key. It goes
 * into `auth.proof` of the socket.io handshake, beside `auth.protocol` and `auth.clientVersion`.
 */
export const PROOF_TYPE = 'fleetmend-proof+jwt';
export const proofClaimsSchema = z.object({
  /** The machine. */
  iss: machineIdSchema,
  /** The server's id. */
  aud: z.uuid(),
  /** Seconds since 1970. The server allows five minutes of clock difference. */
  iat: z.number().int(),
  exp: z.number().int(),
  /** New for every proof: a proof counts once. */
  jti: z.uuid(),
});
export type ProofClaims = z.infer<typeof proofClaimsSchema>;

export const handshakeSchema = z.object({
  protocol: z.number().int().min(1),
  clientVersion: z.string().min(1).max(50),
  proof: z.string().min(1).max(2000),
  /** New with each start of the client, kept in memory only: two of them that take turns are two computers. */
  instanceId: z.uuid().optional().catch(undefined),
  hints: machineHintsSchema.optional().catch(undefined),
});
export type Handshake = z.infer<typeof handshakeSchema>;

/**
 * Why a handshake was refused: `message` of socket.io's `connect_error`. `clock-skew` comes with
 * `data.serverTime`, so that the client can say by how much its clock is wrong.
 */
export const HANDSHAKE_REFUSALS = [
  'malformed-handshake',
  'unsupported-protocol',
  'bad-proof',
  'clock-skew',
  'replayed-proof',
  'unknown-machine',
  'retired-machine',
  /** The key belongs to another computer: this one needs a key of its own, see {@link reEnrolmentRequestSchema}. */
  'cloned-key',
  'server-busy',
] as const;
export type HandshakeRefusal = (typeof HANDSHAKE_REFUSALS)[number];

/** `data` of a `clock-skew` refusal. */
export const clockSkewSchema = z.object({
  /** The server's clock at the refusal, ISO 8601, UTC. */
  serverTime: z.iso.datetime(),
});
export type ClockSkew = z.infer<typeof clockSkewSchema>;

/**
 * `data` of a `server-busy` refusal, and the content of {@link SERVER_CLOSING}: how long the client should stay away. It
 * waits a little longer, by chance, and never longer than {@link LONGEST_RETRY_AFTER_SECONDS}, whatever it is told.
 */
export const retryAfterSchema = z.object({ retryAfterSeconds: z.number().min(0) });
export type RetryAfter = z.infer<typeof retryAfterSchema>;
export const LONGEST_RETRY_AFTER_SECONDS = 900;

/** Sent by a server that ends, right before it closes the connection. */
export const SERVER_CLOSING = 'server-closing';

/**
 * The body of `POST /api/v1/re-enrolments`: a computer that holds the copied key of another machine asks to become a
 * machine of its own. The answer is an {@link enrolmentResponseSchema} (201), or {@link reEnrolmentWaitingSchema} (202)
 * as long as an administrator has to decide.
 */
export const reEnrolmentRequestSchema = z.object({
  protocol: z.number().int().min(1),
  /** As for a handshake, by the copied key. */
  proof: z.string().min(1).max(2000),
  /** Made by this computer, for itself. */
  publicKey: publicKeySchema,
  ...hintFields,
  clientVersion: z.string().min(1).max(50),
  instanceId: z.uuid(),
});
export type ReEnrolmentRequest = z.infer<typeof reEnrolmentRequestSchema>;

export const reEnrolmentWaitingSchema = z.object({ state: z.literal('waiting') });
