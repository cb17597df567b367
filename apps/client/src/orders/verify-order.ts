import {
  ORDER_TYPE,
  orderClaimsSchema,
  type OrderClaims,
  type OrderRefusal,
} from '@fleetmend/client-protocol';
import { findPlaybook, validateParameters } from '@fleetmend/domain';
import { compactVerify, decodeProtectedHeader, importJWK } from 'jose';
import { type Identity } from '../state/identity';
import { type RunDefinition } from '../playbooks/run-definition';

/** What came of an order: trusted and read, or not. `claims` only when signature, server and machine are right. */
export type TrustedOrder =
  | { readonly ok: true; readonly claims: OrderClaims }
  | { readonly ok: false; readonly reason: OrderRefusal; readonly message: string };

/** Longer orders are not looked at. */
const MAXIMUM_LENGTH = 8_000;

/** Signature first, with the pinned key and nothing else; then what is signed. Never throws. */
export async function trustOrder(
  order: string,
  identity: Pick<Identity, 'serverId' | 'machineId' | 'serverKey'>,
): Promise<TrustedOrder> {
  if (order.length > MAXIMUM_LENGTH || !hasOrderHeader(order)) {
    return refuse(
      'malformed-order',
      'This is no order: its form or its header is not that of one.',
    );
  }
  let payload: Uint8Array;
  try {
    const key = await importJWK(identity.serverKey, 'EdDSA');
    ({ payload } = await compactVerify(order, key, { algorithms: ['EdDSA'] }));
  } catch {
    return refuse(
      'bad-signature',
      'The order is not signed by the key that was pinned at enrolment.',
    );
  }
  const claims = parseClaims(payload);
  if (!claims)
    return refuse('malformed-order', 'The order is signed, but its claims make no sense.');
  if (claims.iss !== identity.serverId) {
    return refuse('wrong-server', `The order is from the server ${claims.iss}.`);
  }
  if (claims.aud !== identity.machineId) {
    return refuse('wrong-machine', `The order is for the machine ${claims.aud}.`);
  }
  return { ok: true, claims };
}

/** What a trusted order asks for, when this client can do it now. */
export type UnderstoodOrder =
  | { readonly ok: true; readonly definition: RunDefinition }
  | { readonly ok: false; readonly reason: OrderRefusal; readonly message: string };

/** Expiry by the server's clock, then playbook, version and parameters. */
export function understandOrder(claims: OrderClaims, serverNow: Date): UnderstoodOrder {
  if (claims.exp * 1000 <= serverNow.getTime()) {
    const expired = new Date(claims.exp * 1000).toISOString();
    return refuse('expired-order', `The order expired at ${expired}.`);
  }
  const known = findPlaybook(claims.playbook);
  if (!known)
    return refuse('unknown-playbook', `This client has no playbook "${claims.playbook}".`);
  const playbook = findPlaybook(claims.playbook, claims.playbookVersion);
  if (!playbook) {
    return refuse(
      'unknown-playbook-version',
      `This client has version ${known.version} of ${known.name}, and the order wants ${claims.playbookVersion}.`,
    );
  }
  const checked = validateParameters(playbook, claims.parameters);
  if (!checked.ok) return refuse('invalid-parameters', checked.problems.join(' '));
  if (claims.mode === 'undo' && claims.undoes === undefined) {
    return refuse('nothing-to-undo', 'The order does not say which run is to be taken back.');
  }
  return {
    ok: true,
    definition: {
      runId: claims.jti,
      mode: claims.mode,
      playbook: playbook.name,
      playbookVersion: playbook.version,
      parameters: checked.parameters,
      undoes: claims.undoes,
      failure: claims.failure,
    },
  };
}

function hasOrderHeader(order: string): boolean {
  if (order.split('.').length !== 3) return false;
  try {
    const header = decodeProtectedHeader(order);
    return header.alg === 'EdDSA' && header.typ === ORDER_TYPE && header.crit === undefined;
  } catch {
    return false;
  }
}

function parseClaims(payload: Uint8Array): OrderClaims | undefined {
  try {
    return orderClaimsSchema.safeParse(JSON.parse(new TextDecoder().decode(payload))).data;
  } catch {
    return undefined;
  }
}

function refuse(reason: OrderRefusal, message: string) {
  return { ok: false, reason, message } as const;
}
