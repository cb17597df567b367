import { STRATA, VERDICTS } from '@fleetmend/domain';
import * as z from 'zod';
import { idSchema, instant } from './common';
import { selectionSchema } from './selection';

/** So many machines, or that part of all. */
export const amountSchema = z.union([
  z.strictObject({ count: z.number().int().min(0).max(1_000_000) }),
  z.strictObject({ percent: z.number().min(0).max(100) }),
]);
const positiveAmount = amountSchema.refine(
  (amount) => ('count' in amount ? amount.count > 0 : amount.percent > 0),
  { error: 'must be more than nothing' },
);

/** Whom a campaign is for; the failed ones of another campaign are those that ended there without success. */
export const targetSourceSchema = z.discriminatedUnion('type', [
  ...selectionSchema.options,
  z.object({
    type: z.literal('failed-of'),
    campaignId: idSchema,
    /** Only these of the failed, as cells of the outcome matrix; left out = all. */
    outcomes: z
      .array(z.object({ verdict: z.enum(VERDICTS), code: z.string().nullable() }))
      .min(1)
      .max(200)
      .optional(),
  }),
]);
export type TargetSource = z.infer<typeof targetSourceSchema>;

export const campaignTargetsSchema = z.object({
  source: targetSourceSchema,
  /** Machines that match later join until then; null = frozen at launch. Only for `matching`. */
  dynamicUntil: instant.nullable().default(null),
  /** Machines that have not been seen for so many days are left out; null = none for that reason. */
  offlineDays: z.number().int().min(1).max(365).nullable().default(30),
});

export const campaignRolloutSchema = z.object({
  waves: z.array(positiveAmount).min(1).max(50),
  stratifyBy: z.array(z.enum(STRATA)).max(STRATA.length).default(['site', 'os-family']),
  seed: z.string().trim().min(1).max(100),
  canaries: z.array(idSchema).max(1000).default([]),
  holdOut: z
    .object({ percent: z.number().min(1).max(50), until: instant })
    .nullable()
    .default(null),
});

export const gateRuleSchema = z.object({
  provenLevel: z.enum(['L0', 'L1', 'L2', 'L3']).default('L1'),
  successPercent: z.number().min(1).max(100).default(90),
  minimumDecided: positiveAmount.default({ percent: 80 }),
  maximumWaitHours: z
    .number()
    .min(0.1)
    .max(24 * 60)
    .default(72),
  soakHours: z
    .number()
    .min(0)
    .max(24 * 30)
    .default(4),
  hardErrors: amountSchema.default({ percent: 10 }),
  softErrors: amountSchema.nullable().default(null),
  sameNewError: z.number().int().min(1).max(10_000).nullable().default(3),
});

export const campaignBudgetSchema = z.object({
  hardErrors: amountSchema.default({ percent: 5 }),
  softErrors: amountSchema.nullable().default(null),
});

export const maintenanceWindowSchema = z.object({
  cron: z.string().trim().min(9).max(100),
  durationMinutes: z
    .number()
    .int()
    .min(5)
    .max(7 * 24 * 60),
  timeZone: z.string().min(1).max(60),
});

export const retryRuleSchema = z.object({
  verdicts: z.array(z.enum(VERDICTS)).min(1).max(VERDICTS.length),
  codes: z
    .array(z.string().regex(/^0x[0-9A-F]{8}$/, 'must be a code like 0x80070002'))
    .min(1)
    .max(100)
    .nullable()
    .default(null),
  attempts: z.number().int().min(2).max(10),
  backOffMinutes: z
    .number()
    .int()
    .min(1)
    .max(7 * 24 * 60),
});

export const executionSchema = z.object({
  startAt: instant.nullable().default(null),
  endAt: instant,
  windows: z.array(maintenanceWindowSchema).max(20).default([]),
  concurrency: z.number().int().min(1).max(10_000).default(50),
  siteConcurrency: z.number().int().min(1).max(10_000).nullable().default(null),
  retries: z.array(retryRuleSchema).max(20).default([]),
});

/** Everything that is decided about a campaign before it is launched. */
export const campaignPlanSchema = z.object({
  name: z.string().trim().min(1).max(100),
  description: z.string().trim().max(2000).default(''),
  playbook: z.string().min(1).max(100),
  /** One that the server knows; left out = the newest. It stays the same however the server is updated. */
  playbookVersion: z.number().int().min(1).optional(),
  parameters: z.record(z.string(), z.union([z.boolean(), z.number()])).default({}),
  mode: z.enum(['execute', 'dry-run']).default('execute'),
  /** The failure that is to be mended; null for playbooks that are of use without one. */
  fingerprintId: idSchema.nullable().default(null),
  /** Needed when the guard warns against the playbook; recorded in the audit log. */
  overrideReason: z.string().trim().min(3).max(500).nullable().default(null),
  targets: campaignTargetsSchema,
  rollout: campaignRolloutSchema,
  gate: gateRuleSchema,
  budget: campaignBudgetSchema,
  execution: executionSchema,
});
export type CampaignPlan = z.infer<typeof campaignPlanSchema>;
/** As a form or a program writes it, with what may be left out. */
export type CampaignPlanInput = z.input<typeof campaignPlanSchema>;
