import { PHASES, POLICY_STATES } from '@fleetmend/domain';
import * as z from 'zod';
import { maintenanceWindowSchema } from './campaign-plan';
import { idSchema, instant } from './common';
import { machineFilterSchema } from './machines';

const count = z.number().int().min(0);
const reason = z.string().trim().min(3).max(500);

/** Which failures a policy is about: one fingerprint, or a code, in one phase or in any. */
export const policyMatchSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('fingerprint'), fingerprintId: idSchema }),
  z.strictObject({
    type: z.literal('code'),
    code: z.string().regex(/^0x[0-9A-F]{8}$/, 'must be a code like 0x80070002'),
    phase: z.enum(PHASES).nullable().default(null),
  }),
]);
export type PolicyMatch = z.infer<typeof policyMatchSchema>;

/** `POST /policies` makes one that is off; `PUT /policies/:id` changes it. Whatever changes but the name puts it to off. */
export const newPolicySchema = z.object({
  name: z.string().trim().min(1).max(100),
  match: policyMatchSchema,
  /** Only on these machines; empty = on all. */
  machines: machineFilterSchema.default({}),
  playbook: z.string().min(1).max(100),
  parameters: z.record(z.string(), z.union([z.boolean(), z.number()])).default({}),
  /** Orders go out only in these; empty = at any time. */
  windows: z.array(maintenanceWindowSchema).max(20).default([]),
  /** So many machines are begun with on one day, counted in UTC. */
  dailyLimit: z.number().int().min(1).max(10_000),
  /** So many machines at once. */
  concurrency: z.number().int().min(1).max(1000).default(5),
  /** A machine is left alone so many days after a run of the same playbook, whoever ordered it. */
  coolDownDays: z.number().int().min(1).max(365).default(7),
  /** Only failures that were seen within so many days; null = however old. */
  maximumAgeDays: z.number().int().min(1).max(365).nullable().default(14),
  /** From then on it is off. */
  expiresAt: instant,
  /** Needed when the guard warns against the playbook. */
  overrideReason: reason.nullable().default(null),
});
export type NewPolicy = z.infer<typeof newPolicySchema>;

export const policySchema = newPolicySchema.extend({
  id: idSchema,
  state: z.enum(POLICY_STATES),
  /** Why it stands so, who said it (`system` = the policy itself), and when. */
  stateReason: z.string().nullable(),
  stateBy: z.string(),
  stateAt: instant,
  /** Raised by every change of what it does. */
  revision: z.number().int(),
  createdAt: instant,
  createdBy: z.string(),
  /** For people: "0x80070002 in download, KB5034441". */
  matchLabel: z.string(),
  /** When it last rehearsed as it is now; null = not yet. */
  rehearsedAt: instant.nullable(),
  /** Machines that it would have treated since it rehearses as it is now. */
  rehearsed: count,
  begunToday: count,
  inFlight: count,
  /** Its runs of the last 30 days by verdict. */
  verdicts: z.record(z.string(), count),
  /** While its windows are closed: when the next one opens. */
  windowOpensAt: instant.nullable(),
});
export type Policy = z.infer<typeof policySchema>;
/** `GET /policies`, by name. `DELETE /policies/:id` is for one that is off; its runs stay. */
export const policyListSchema = z.object({ items: z.array(policySchema) });

/**
 * `POST /policies/:id/state`. Operators may switch off, administrators everything. Off cancels every order that no machine
 * has fetched. On names the rehearsal that was looked at: the `rehearsedAt` that was shown.
 */
export const policyStateRequestSchema = z.object({
  state: z.enum(POLICY_STATES),
  reason,
  seenRehearsalAt: instant.nullable().default(null),
});
export type PolicyStateRequest = z.infer<typeof policyStateRequestSchema>;

/** Why a machine with the failure is not treated now. */
export const POLICY_EXCLUSIONS = [
  'retired',
  'never-connected',
  'client-too-old',
  'unknown-playbook',
  'not-affected',
  'unknown-machine',
  'active-run',
  'offline',
  'guarded',
  'cooling-down',
  'chronic',
  'other-campaign',
  'over-the-limit',
] as const;
export type PolicyExclusion = (typeof POLICY_EXCLUSIONS)[number];

/** `GET /policies/:id/rehearsal`: what it would have done, and how it would stand at this moment. */
export const policyRehearsalSchema = z.object({
  policyId: idSchema,
  revision: z.number().int(),
  rehearsedAt: instant.nullable(),
  /** Machines that it would have treated since it rehearses as it is now. */
  treated: count,
  /** By day, in UTC. */
  days: z.array(z.object({ day: z.iso.date(), machines: count })),
  /** The newest 200 of them. */
  machines: z.array(
    z.object({
      machineId: idSchema,
      hostname: z.string(),
      online: z.boolean(),
      fingerprintId: idSchema,
      /** For people: "0x80070002 in download, KB5034441". */
      failure: z.string(),
      at: instant,
    }),
  ),
  /** Machines with the failure that it would not treat now, by reason. */
  excluded: z.array(
    z.object({ exclusion: z.enum(POLICY_EXCLUSIONS), machines: count, reason: z.string() }),
  ),
});
export type PolicyRehearsal = z.infer<typeof policyRehearsalSchema>;
