import { generateKeyPairSync } from 'node:crypto';
import {
  enrolmentErrorSchema,
  enrolmentResponseSchema,
  type EnrolmentRequest,
  PROTOCOL_VERSION,
} from '@fleetmend/client-protocol';
import { type MachineHints } from '@fleetmend/domain';
import { rootReasonOf } from '../log';
import { type Identity, type PrivateKey, privateKeySchema } from '../state/identity';
import { CLIENT_VERSION } from '../version';

const TIMEOUT_MS = 30_000;

/** The machine could not be enrolled; the message says why and what to do. `code` is the server's, if it answered. */
export class EnrolmentFailed extends Error {
  constructor(
    message: string,
    readonly code?: string,
  ) {
    super(message);
    this.name = 'EnrolmentFailed';
  }
}

const ADVICE: Readonly<Record<string, string>> = {
  'invalid-enrolment-token':
    'The server does not know this token. Copy it again from the dashboard.',
  'enrolment-token-expired': 'The token has expired. Make a new one in the dashboard.',
  'enrolment-token-revoked': 'The token was revoked. Make a new one in the dashboard.',
  'enrolment-token-used-up':
    'The token was used as often as it allows. Make a new one in the dashboard.',
  'unsupported-protocol':
    'The server does not speak the protocol of this client. Update the client.',
  throttled: 'Too many attempts. Wait a little and try again.',
};

/** Makes a key pair and presents it with the token. Throws {@link EnrolmentFailed}; the token appears in no message. */
export async function enrol(request: {
  readonly serverUrl: string;
  readonly token: string;
  readonly hints: MachineHints;
  readonly now: Date;
}): Promise<Identity> {
  const { serverUrl, token, hints, now } = request;
  const privateKey = newPrivateKey();
  const { kty, crv, x } = privateKey;
  const body: EnrolmentRequest = {
    protocol: PROTOCOL_VERSION,
    token,
    publicKey: { kty, crv, x },
    ...hints,
    clientVersion: CLIENT_VERSION,
  };
  const answer = await post(`${serverUrl}/api/v1/enrolments`, body);
  const parsed = enrolmentResponseSchema.safeParse(answer);
  if (!parsed.success) {
    throw new EnrolmentFailed(`What answers at ${serverUrl} is no FleetMend server.`);
  }
  return { ...parsed.data, serverUrl, privateKey, enrolledAt: now };
}

/** A key pair that nobody else has. */
export function newPrivateKey(): PrivateKey {
  const { privateKey } = generateKeyPairSync('ed25519');
  return privateKeySchema.parse(privateKey.export({ format: 'jwk' }));
}

async function post(url: string, body: EnrolmentRequest): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (error) {
    throw new EnrolmentFailed(
      `The server at ${new URL(url).origin} can't be reached: ${causeOf(error)}.`,
    );
  }
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.status === 201 || response.status === 200) return answer;
  const refusal = enrolmentErrorSchema.safeParse(answer);
  if (!refusal.success) {
    throw new EnrolmentFailed(
      `The server at ${new URL(url).origin} answered with status ${response.status}. Is it a FleetMend server?`,
    );
  }
  const { code, message } = refusal.data;
  throw new EnrolmentFailed(ADVICE[code] ?? `The server refused: ${message}`, code);
}

function causeOf(error: unknown): string {
  if ((error as Error | undefined)?.name !== 'TimeoutError') return rootReasonOf(error);
  return `it did not answer within ${TIMEOUT_MS / 1000} seconds`;
}
