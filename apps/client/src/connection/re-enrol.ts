import { type MachineHints } from '@fleetmend/domain';
import {
  enrolmentErrorSchema,
  enrolmentResponseSchema,
  LONGEST_RETRY_AFTER_SECONDS,
  PROTOCOL_VERSION,
  type ReEnrolmentRequest,
  reEnrolmentWaitingSchema,
} from '@fleetmend/client-protocol';
import { type Identity } from '../state/identity';
import { CLIENT_VERSION } from '../version';
import { diagnose } from './diagnosis';
import { newPrivateKey } from './enrol';
import { makeProof } from './proof';
import { type Route } from './route';
import { type ServerClock } from './server-clock';
import { type Answer, ask, contentOf } from './server-request';

const TIMEOUT_MS = 30_000;

/** What became of the question for a key of one's own. */
export type ReEnrolment =
  /** The computer is a machine of its own now. */
  | { readonly outcome: 'enrolled'; readonly identity: Identity }
  /** As far as the server knows, the key is this computer's. */
  | { readonly outcome: 'not-cloned' }
  /** The clocks differ: it is `serverTime` there. */
  | { readonly outcome: 'clock-skew'; readonly serverTime: Date }
  /** Only people can do something about it; `message` says what. */
  | { readonly outcome: 'for-people'; readonly message: string }
  /** It didn't work this time. */
  | { readonly outcome: 'later'; readonly message: string; readonly retryAfterMs?: number };

const ENROL_AGAIN =
  'Enrol it anew: fleetmend-client enroll --force --server URL --token TOKEN (in an image, run fleetmend-client prepare-image before it is copied).';
const ADVICE: Readonly<Record<string, string>> = {
  're-enrolment-refused': `An administrator refused to take this copy as a machine of its own. ${ENROL_AGAIN}`,
  'retired-machine': `The machine from which this one was copied is retired. ${ENROL_AGAIN}`,
  'unknown-machine': `The server doesn't know the machine from which this one was copied. ${ENROL_AGAIN}`,
  'bad-proof': `The copied key counts no more. ${ENROL_AGAIN}`,
  'unsupported-protocol':
    "The server doesn't speak the protocol of this client. Update the client.",
};

/**
 * Asks the server to take this computer, which holds the copied key of `copied`, as a machine of its own with a new key
 * pair. Never rejects. Asking again after an answer got lost makes no second machine: the server knows the hints.
 */
export async function reEnrol(
  copied: Identity,
  self: { readonly hints: MachineHints; readonly instanceId: string },
  route: Route,
  serverClock: ServerClock,
  now: Date,
): Promise<ReEnrolment> {
  const privateKey = newPrivateKey();
  const { kty, crv, x } = privateKey;
  const body: ReEnrolmentRequest = {
    protocol: PROTOCOL_VERSION,
    proof: await makeProof(copied, serverClock.now()),
    publicKey: { kty, crv, x },
    ...self.hints,
    clientVersion: CLIENT_VERSION,
    instanceId: self.instanceId,
  };
  let response: Answer;
  try {
    response = await ask(route, '/api/v1/re-enrolments', { body, timeoutMs: TIMEOUT_MS });
  } catch (error) {
    return { outcome: 'later', message: diagnose(error, route, serverClock.evidence()).message };
  }
  const answer = contentOf(response);
  const enrolled = enrolmentResponseSchema.safeParse(answer);
  if (response.status === 201 && enrolled.success) {
    const { serverUrl, serverKey } = copied;
    // What was pinned stays pinned: a copy is no occasion to trust another key.
    const identity: Identity = {
      ...enrolled.data,
      serverUrl,
      serverKey,
      privateKey,
      enrolledAt: now,
    };
    return { outcome: 'enrolled', identity };
  }
  if (response.status === 202 && reEnrolmentWaitingSchema.safeParse(answer).success) {
    return {
      outcome: 'for-people',
      message:
        'This computer has the key of another one, from which it was copied. An administrator has to allow it as a machine of its own (Machines → Possible duplicates).',
    };
  }
  return refusal(response, enrolmentErrorSchema.safeParse(answer).data);
}

function refusal(
  response: Answer,
  error: { readonly code: string; readonly message: string } | undefined,
): ReEnrolment {
  const code = error?.code ?? '';
  const { date, retryAfterSeconds } = response;
  if (code === 'clock-skew' && date) return { outcome: 'clock-skew', serverTime: date };
  if (code === 'not-cloned') return { outcome: 'not-cloned' };
  const advice = ADVICE[code];
  if (advice !== undefined) return { outcome: 'for-people', message: advice };
  if (response.status === 404) {
    const message = `This computer has the key of another one, and the server is too old to give it its own. ${ENROL_AGAIN}`;
    return { outcome: 'for-people', message };
  }
  return {
    outcome: 'later',
    message: error?.message ?? `The server answered with status ${response.status}.`,
    ...(retryAfterSeconds !== undefined && {
      retryAfterMs: Math.min(retryAfterSeconds, LONGEST_RETRY_AFTER_SECONDS) * 1000,
    }),
  };
}
