import { generateKeyPairSync } from 'node:crypto';
import {
  enrolmentErrorSchema,
  enrolmentResponseSchema,
  type EnrolmentRequest,
  PROTOCOL_VERSION,
} from '@fleetmend/client-protocol';
import { type MachineHints } from '@fleetmend/domain';
import { type Identity, type PrivateKey, privateKeySchema } from '../state/identity';
import { CLIENT_VERSION } from '../version';
import { type ClockEvidence } from './clock-evidence';
import { diagnose } from './diagnosis';
import { type Route } from './route';
import { type Answer, ask, contentOf } from './server-request';
import { UnexpectedAnswer } from './transport';

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

export interface EnrolmentParts {
  /** Tried one after the other until one leads to a server. */
  readonly routes: readonly Route[];
  readonly evidence: ClockEvidence;
  readonly serverUrl: string;
  readonly token: string;
  readonly hints: MachineHints;
  readonly now: Date;
}

/** Makes a key pair and presents it with the token. Throws {@link EnrolmentFailed}; the token appears in no message. */
export async function enrol(request: EnrolmentParts): Promise<Identity> {
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
  const answer = await post(request, body);
  const response = enrolmentResponseSchema.safeParse(answer);
  if (!response.success) {
    throw new EnrolmentFailed(`What answers at ${serverUrl} is no FleetMend server.`);
  }
  return { ...response.data, serverUrl, privateKey, enrolledAt: now };
}

/** A key pair that nobody else has. */
export function newPrivateKey(): PrivateKey {
  const { privateKey } = generateKeyPairSync('ed25519');
  return privateKeySchema.parse(privateKey.export({ format: 'jwk' }));
}

async function post(request: EnrolmentParts, body: EnrolmentRequest): Promise<unknown> {
  const { routes, serverUrl, evidence } = request;
  const answer = await firstAnswer(routes, body, evidence);
  const isPage = /^text\/html/i.test(answer.contentType) && answer.status < 400;
  if (isPage || (answer.status >= 300 && answer.status < 400)) {
    const [route] = request.routes;
    const error = new UnexpectedAnswer(answer);
    if (route) throw new EnrolmentFailed(diagnose(error, route, request.evidence).message);
  }
  const content = contentOf(answer);
  if (answer.status === 201 || answer.status === 200) return content;
  const refusal = enrolmentErrorSchema.safeParse(content);
  if (!refusal.success) {
    throw new EnrolmentFailed(
      `The server at ${serverUrl} answered with status ${answer.status}. Is it a FleetMend server?`,
    );
  }
  const { code, message } = refusal.data;
  throw new EnrolmentFailed(ADVICE[code] ?? `The server refused: ${message}`, code);
}

/** The same key goes over each way: a request whose answer got lost has used nothing more when it comes again. */
async function firstAnswer(
  routes: readonly Route[],
  body: EnrolmentRequest,
  evidence: ClockEvidence,
): Promise<Answer> {
  const failures: string[] = [];
  for (const route of routes) {
    try {
      return await ask(route, '/api/v1/enrolments', { body, timeoutMs: TIMEOUT_MS });
    } catch (error) {
      failures.push(diagnose(error, route, evidence).message);
    }
  }
  throw new EnrolmentFailed([...new Set(failures)].join(' '));
}
