import { ESCALATION_MODES, ESCALATION_STATES, PHASES, VERDICTS } from '@fleetmend/domain';
import * as z from 'zod';
import { idSchema, instant, pageOf, pageQuerySchema } from './common';

const playbook = z.string().min(1).max(100);
const parameters = z.record(z.string(), z.union([z.boolean(), z.number()]));
const reason = z.string().trim().min(3).max(500);

/** After which runs a rule has something to say; an empty list, or null, asks for nothing. */
export const escalationConditionSchema = z.strictObject({
  playbooks: z.array(playbook).max(50).default([]),
  verdicts: z.array(z.enum(VERDICTS)).min(1).max(VERDICTS.length),
  /** Only when the code that is seen after the run is the one that the run was against. */
  sameCode: z.boolean().default(false),
  /** In which phase, and with which codes, it fails after the run. */
  phases: z.array(z.enum(PHASES)).max(PHASES.length).default([]),
  codes: z
    .array(z.string().regex(/^0x[0-9A-F]{8}$/, 'must be a code like 0x80070002'))
    .min(1)
    .max(100)
    .nullable()
    .default(null),
});

/** What a rule proposes. `hand-over`: the machine needs a person, who finds all evidence in one bundle. */
export const escalationStepSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('playbook'), playbook, parameters: parameters.default({}) }),
  z.strictObject({ type: z.literal('hand-over') }),
]);
export type EscalationStepOfApi = z.infer<typeof escalationStepSchema>;

/** `POST /escalation-rules` adds one at the end, `PUT /escalation-rules/:id` changes one. */
export const newEscalationRuleSchema = z.object({
  name: z.string().trim().min(1).max(150),
  on: z.boolean().default(true),
  when: escalationConditionSchema,
  then: escalationStepSchema,
  mode: z.enum(ESCALATION_MODES).default('propose'),
  /** Of an automatic rule: so many machines a day (UTC); the others stay proposals. */
  dailyLimit: z.number().int().min(1).max(10_000).default(10),
  /** Of an automatic rule: a machine on which its playbook ran within so many days waits for a person. */
  coolDownDays: z.number().int().min(0).max(365).default(7),
  /** Where it stands: the first rule that applies counts. Left out = where it is, or at the end. */
  position: z.number().int().min(1).max(1000).optional(),
});
export type NewEscalationRule = z.infer<typeof newEscalationRuleSchema>;

const count = z.number().int().min(0);
export const escalationRuleSchema = newEscalationRuleSchema.extend({
  id: idSchema,
  position: z.number().int(),
  /** It came with the product. It can be switched off and changed like any other. */
  builtIn: z.boolean(),
  /** Proposals that wait for a decision, and those that are approved and wait for their machine. */
  open: count,
  approved: count,
  /** Machines that wait for a person. */
  handedOver: count,
  /** Orders that it gave by itself today. */
  orderedToday: count,
  updatedAt: instant,
  updatedBy: z.string(),
});
export type EscalationRuleOfApi = z.infer<typeof escalationRuleSchema>;
/** `GET /escalation-rules`, in their order. */
export const escalationRuleListSchema = z.object({ items: z.array(escalationRuleSchema) });

export const escalationSchema = z.object({
  id: idSchema,
  state: z.enum(ESCALATION_STATES),
  ruleId: idSchema,
  ruleName: z.string(),
  machineId: idSchema,
  hostname: z.string(),
  online: z.boolean(),
  /** The failure that is there now; null where the playbook had a purpose of its own. */
  failure: z
    .object({
      fingerprintId: idSchema,
      code: z.string(),
      phase: z.string(),
      update: z.string().nullable(),
    })
    .nullable(),
  /** The run that it follows. */
  runId: idSchema,
  playbook: z.string(),
  verdict: z.enum(VERDICTS),
  /** The which-th playbook in a row this would be, the first not counted. */
  link: z.number().int(),
  step: escalationStepSchema,
  /** Why it stands as it does, for people; null for a proposal that is new. */
  note: z.string().nullable(),
  orderedRunId: idSchema.nullable(),
  createdAt: instant,
  /** Who decided, `system` for the rule itself; null while nobody has. */
  decidedBy: z.string().nullable(),
  decidedAt: instant.nullable(),
  expiresAt: instant,
});
export type Escalation = z.infer<typeof escalationSchema>;

/** `GET /escalations`, newest first. `waiting` = open and approved; `decided` = everything that is over. */
export const escalationQuerySchema = pageQuerySchema.extend({
  state: z.enum(['waiting', 'decided', 'all', ...ESCALATION_STATES]).default('waiting'),
  ruleId: idSchema.optional(),
  machineId: idSchema.optional(),
});
export type EscalationQuery = z.infer<typeof escalationQuerySchema>;
export const escalationPageSchema = pageOf(escalationSchema);

/** `POST /escalations/decide`. `settle` is for what was handed over. */
export const escalationDecisionSchema = z.object({
  decision: z.enum(['approve', 'dismiss', 'settle']),
  which: z.discriminatedUnion('type', [
    z.object({ type: z.literal('chosen'), ids: z.array(idSchema).min(1).max(1000) }),
    /** All of a rule that this can be decided of; another number than `expected` is refused with `selection-changed`. */
    z.object({ type: z.literal('rule'), ruleId: idSchema, expected: z.number().int().min(1) }),
  ]),
  /** Kept in the audit log; with it a warning against the playbook is overridden. */
  reason,
});
export type EscalationDecision = z.infer<typeof escalationDecisionSchema>;
export const escalationDecidedSchema = z.object({
  decided: count,
  ordered: count,
  handedOver: count,
  /** Approved, and waiting until their machines can be given the order. */
  waiting: count,
  /** What could not be decided, and why. */
  left: z.array(z.object({ id: idSchema, reason: z.string() })),
});
export type EscalationDecided = z.infer<typeof escalationDecidedSchema>;
