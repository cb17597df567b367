import { ORDER_TYPE, type OrderRefusal, orderClaimsSchema } from '@fleetmend/client-protocol';
import { type ClaimsDecision, type RunRecord, judgeClaims } from '@fleetmend/simulation';
import { type JWK, compactVerify, decodeProtectedHeader, importJWK } from 'jose';
import type { Identity } from './identity';

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
  | ClaimsDecision
  /** The server may not have heard of this run yet, and sends its order again: nothing. */
  | { readonly kind: 'ignore' }
  /** Not trusted: only said. */
  | { readonly kind: 'reject'; readonly reason: OrderRefusal; readonly message: string };

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
  return judgeClaims(claims, context);
}

function reject(reason: OrderRefusal, message: string): OrderDecision {
  return { kind: 'reject', reason, message };
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
