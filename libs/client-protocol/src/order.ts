import { RUN_MODES } from '@fleetmend/domain';
import * as z from 'zod';
import { acknowledgementOf } from './acknowledgement';
import { machineIdSchema } from './identity';

/** Sent by the server, without content, when orders wait. The client then asks with {@link FETCH_ORDERS}. */
export const ORDERS_WAITING = 'orders-waiting';

/** Sent by the client on every connect and after every nudge; the answer holds all orders that still wait. */
export const FETCH_ORDERS = 'fetch-orders';

/** An order is a compact JWS of these claims with this `typ`, signed by the server's key. */
export const ORDER_TYPE = 'fleetmend-order+jwt';

export const parametersSchema = z.record(
  z.string().regex(/^[a-z][A-Za-z0-9]{0,49}$/),
  z.union([z.boolean(), z.number().int()]),
);

export const orderClaimsSchema = z.object({
  /** The server's id, as given at enrolment. */
  iss: z.uuid(),
  /** The machine. */
  aud: machineIdSchema,
  /** The run; an order counts once per run and mode. */
  jti: z.uuid(),
  iat: z.number().int(),
  /** An order that is first seen after this moment (server's clock, seconds since 1970) is refused. */
  exp: z.number().int(),
  mode: z.enum(RUN_MODES),
  playbook: z.string().min(1).max(100),
  playbookVersion: z.number().int().min(1),
  parameters: parametersSchema,
  /** `undo` only: the run whose effects are taken back. */
  undoes: z.uuid().optional(),
  /** The failure that the run is to mend; verification looks for it. */
  failure: z
    .object({
      code: z.string().max(10),
      phase: z.string().max(20),
      updateId: z.string().max(64).optional(),
      kb: z.string().max(20).optional(),
      /** One of the kinds of the failure report; clients take one that they don't know for none. */
      updateKind: z.string().max(30).optional(),
      extendedCode: z.string().max(10).optional(),
    })
    .optional(),
});
export type OrderClaims = z.infer<typeof orderClaimsSchema>;

export const fetchOrdersSchema = z.object({});
export const fetchOrdersAckSchema = acknowledgementOf({
  orders: z.array(z.string().max(8000)).max(100),
  /** What time it is at the server: clients measure their clock by it. */
  serverTime: z.iso.datetime().optional(),
});
export type FetchOrdersAck = z.infer<typeof fetchOrdersAckSchema>;

/** Why a client refused an order. The run ends with verdict `skipped`, and the server keeps the reason. */
export const ORDER_REFUSALS = [
  'malformed-order',
  'bad-signature',
  'wrong-server',
  'wrong-machine',
  'expired-order',
  'replayed-order',
  'unknown-playbook',
  'unknown-playbook-version',
  'invalid-parameters',
  'nothing-to-undo',
  'another-run-is-active',
] as const;
export type OrderRefusal = (typeof ORDER_REFUSALS)[number];
