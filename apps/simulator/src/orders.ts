import {
  ORDER_TYPE,
  type OrderClaims,
  type OrderRefusal,
  orderClaimsSchema,
} from '@fleetmend/client-protocol';
import {
  type Playbook,
  type PlaybookParameters,
  findPlaybook,
  validateParameters,
} from '@fleetmend/domain';
import { type JWK, compactVerify, decodeProtectedHeader, importJWK } from 'jose';
import type { Identity } from './identity';

/** What the machine's journal knows of a run. */
export interface RunRecord {
  readonly mode: OrderClaims['mode'];
  /** The number of its next event. */
  readonly next: number;
  readonly ended: boolean;
  /** Whether it left something that an undo can take back. */
  readonly changed: boolean;
  /** What it set aside, as long as it is there. */
  readonly backup?: { readonly name: string; readonly at: string } | undefined;
}

/** What an order is checked against. */
export interface OrderContext {
  readonly identity: Identity;
  readonly runs: ReadonlyMap<string, RunRecord>;
  /**
   * The runs that had ended, with all their reports accepted, when the orders were asked for: only of these may an
   * order not come again. (The answer may be older than what was accepted since.)
   */
  readonly settled: ReadonlySet<string>;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What to do about an order. */
export type OrderDecision =
  | {
      readonly kind: 'begin';
      readonly claims: OrderClaims;
      readonly playbook: Playbook;
      readonly parameters: PlaybookParameters;
    }
  /** The server may not have heard of this run yet, and sends its order again: nothing. */
  | { readonly kind: 'ignore' }
  /** Trusted, and not followed: the run ends. */
  | Refused<'refuse'>
  /** Not trusted: only said. */
  | Refused<'reject'>;

interface Refused<Kind> {
  readonly kind: Kind;
  readonly runId: Kind extends 'refuse' ? string : undefined;
  readonly reason: OrderRefusal;
  readonly message: string;
}

/** Makes all checks of docs/protocol.md, in its order. */
export async function judgeOrder(token: string, context: OrderContext): Promise<OrderDecision> {
  if (!hasOrderHeader(token)) return reject('malformed-order', 'This is no order.');
  const key = await importJWK(context.identity.serverKey as JWK, 'EdDSA');
  const payload = await compactVerify(token, key, { algorithms: ['EdDSA'] }).then(
    (verified) => verified.payload,
    () => undefined,
  );
  if (payload === undefined) {
    return reject('bad-signature', 'It is not signed by the key that was pinned at enrolment.');
  }
  const parsed = orderClaimsSchema.safeParse(parseJson(payload));
  if (!parsed.success) return reject('malformed-order', 'Its claims make no sense.');
  const claims = parsed.data;
  if (claims.iss !== context.identity.serverId) {
    return reject('wrong-server', 'Another server has written it.');
  }
  if (claims.aud !== context.identity.machineId) {
    return reject('wrong-machine', 'It is for another machine.');
  }
  if (context.settled.has(claims.jti)) {
    return reject('replayed-order', 'Its run has ended already.');
  }
  if (context.runs.has(claims.jti)) return { kind: 'ignore' };
  return judgeTrusted(claims, context);
}

function judgeTrusted(claims: OrderClaims, context: OrderContext): OrderDecision {
  const refuse = (reason: OrderRefusal, message: string): OrderDecision => ({
    kind: 'refuse',
    runId: claims.jti,
    reason,
    message,
  });
  if (claims.exp * 1000 <= context.now) return refuse('expired-order', 'It came too late.');
  if (findPlaybook(claims.playbook) === undefined) {
    return refuse('unknown-playbook', `This client has no playbook "${claims.playbook}".`);
  }
  const playbook = findPlaybook(claims.playbook, claims.playbookVersion);
  if (playbook === undefined) {
    return refuse(
      'unknown-playbook-version',
      `This client doesn't have version ${claims.playbookVersion} of ${claims.playbook}.`,
    );
  }
  const result = validateParameters(playbook, claims.parameters);
  if (!result.ok) return refuse('invalid-parameters', result.problems.join(' '));
  if (claims.mode === 'undo') {
    const undone = claims.undoes === undefined ? undefined : context.runs.get(claims.undoes);
    if (undone?.changed !== true || !undone.ended) {
      return refuse('nothing-to-undo', 'That run left nothing here that could be taken back.');
    }
  }
  if ([...context.runs.values()].some(({ ended }) => !ended)) {
    return refuse('another-run-is-active', 'Another run is active on this machine.');
  }
  return { kind: 'begin', claims, playbook, parameters: result.parameters };
}

function reject(reason: OrderRefusal, message: string): OrderDecision {
  return { kind: 'reject', runId: undefined, reason, message };
}

function hasOrderHeader(token: string): boolean {
  try {
    const { alg, typ, crit } = decodeProtectedHeader(token);
    return alg === 'EdDSA' && typ === ORDER_TYPE && crit === undefined;
  } catch {
    return false;
  }
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
