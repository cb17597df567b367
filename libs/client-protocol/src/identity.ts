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

/** What the machine says of itself when it enrols; the inventory later says the rest. */
export const enrolmentRequestSchema = z.object({
  protocol: z.number().int().min(1),
  token: z.string().min(20).max(200),
  publicKey: publicKeySchema,
  hostname: z.string().min(1).max(255),
  /** HKLM\SOFTWARE\Microsoft\Cryptography\MachineGuid: tells a re-imaged or cloned machine. */
  machineGuid: z.string().max(64).optional(),
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
