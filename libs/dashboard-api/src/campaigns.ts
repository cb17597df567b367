import {
  CAMPAIGN_ACTIONS,
  CAMPAIGN_STATES,
  PAUSE_REASONS,
  RUN_MODES,
  RUN_STATES,
  TARGET_EXCLUSIONS,
  TARGET_ROLES,
  VERDICTS,
  WAVE_STATES,
} from '@fleetmend/domain';
import * as z from 'zod';
import { campaignPlanSchema } from './campaign-plan';
import { idSchema, instant, pageOf, pageQuerySchema } from './common';
import { guardSchema } from './fingerprints';

const count = z.number().int();

/** How targets stand; see `Tally` in the domain. */
export const tallySchema = z.object({
  success: count,
  hard: count,
  soft: count,
  open: count,
  leftOut: count,
  inFlight: count,
  pending: count,
  newErrors: z.record(z.string(), count),
});

/** One condition of a gate with what it stands at, for a meter. `at-least`: it is good to be above the limit. */
export const gateMeterSchema = z.object({
  id: z.enum([
    'decided',
    'success',
    'hard-errors',
    'soft-errors',
    'same-new-error',
    'wait',
    'soak',
  ]),
  value: z.number(),
  limit: z.number(),
  unit: z.enum(['machines', 'percent', 'hours']),
  direction: z.enum(['at-least', 'at-most', 'until']),
  state: z.enum(['open', 'met', 'broken']),
});
export type GateMeter = z.infer<typeof gateMeterSchema>;

/** Treated against waiting machines, each with how many of how many recovered; the interval holds 95 %. */
export const comparisonSchema = z.object({
  treated: z.object({ machines: count, recovered: count }),
  waiting: z.object({ machines: count, recovered: count }),
  /** In points of percent, treated minus waiting; null where one side has no machines. */
  difference: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  /** Whether the interval leaves out zero. */
  conclusion: z.enum(['better', 'worse', 'not-proven', 'nothing-to-compare']),
  /** For people: how the interval was found. */
  method: z.string(),
  /** Nobody waits any more: this is how it stood when that wave was decided. Null = as it is now. */
  asOfWave: z.number().int().nullable(),
});
export type Comparison = z.infer<typeof comparisonSchema>;

export const campaignWaveSchema = z.object({
  number: z.number().int(),
  state: z.enum(WAVE_STATES),
  /** Begins at 1 and rises with each retry of the wave. */
  attempt: z.number().int(),
  machines: count,
  tally: tallySchema,
  meters: z.array(gateMeterSchema),
  startedAt: instant.nullable(),
  soakUntil: instant.nullable(),
  decidedAt: instant.nullable(),
  /** Why it was decided as it was, for people. */
  decision: z.string().nullable(),
});
export type CampaignWave = z.infer<typeof campaignWaveSchema>;

const summary = {
  id: idSchema,
  name: z.string(),
  state: z.enum(CAMPAIGN_STATES),
  pauseReason: z.enum(PAUSE_REASONS).nullable(),
  pauseMessage: z.string().nullable(),
  playbook: z.string(),
  playbookVersion: z.number().int(),
  mode: z.enum(RUN_MODES),
  fingerprintId: idSchema.nullable(),
  /** For people: "0x80070002 in download, KB5034441". */
  failure: z.string().nullable(),
  createdAt: instant,
  createdBy: z.string(),
  launchedAt: instant.nullable(),
  startedAt: instant.nullable(),
  endedAt: instant.nullable(),
  /** Machines that take part, hold-outs not counted. */
  machines: count,
  tally: tallySchema,
  /** The wave that works or waits for a decision. */
  wave: z.number().int().nullable(),
  waves: count,
  /** Of whose failed ones this is the retry. */
  parentId: idSchema.nullable(),
};

/** `GET /campaigns`, newest first. */
export const campaignSchema = z.object(summary);
export type Campaign = z.infer<typeof campaignSchema>;
export const campaignQuerySchema = pageQuerySchema.extend({
  state: z.enum(['open', 'ended', 'all', ...CAMPAIGN_STATES]).default('all'),
  search: z.string().trim().max(200).optional(),
  playbook: z.string().max(100).optional(),
});
export type CampaignQuery = z.infer<typeof campaignQuerySchema>;
export const campaignPageSchema = pageOf(campaignSchema);

/** What may be changed of a campaign that was launched; it waits for a second person where the settings want one. */
export const campaignChangeSchema = z.object({
  gate: campaignPlanSchema.shape.gate.optional(),
  budget: campaignPlanSchema.shape.budget.optional(),
  execution: campaignPlanSchema.shape.execution.optional(),
  playbookVersion: z.number().int().min(1).optional(),
  parameters: campaignPlanSchema.shape.parameters.unwrap().optional(),
});
export type CampaignChange = z.infer<typeof campaignChangeSchema>;

/** `GET /campaigns/:id`. */
export const campaignDetailSchema = z.object({
  ...summary,
  description: z.string(),
  plan: campaignPlanSchema,
  /** What is open to the person who asks. */
  actions: z.array(z.enum(CAMPAIGN_ACTIONS)),
  approvalNeeded: z.boolean(),
  submittedBy: z.string().nullable(),
  launchedBy: z.string().nullable(),
  approvedBy: z.string().nullable(),
  approvedAt: instant.nullable(),
  change: z
    .object({
      change: campaignChangeSchema,
      reason: z.string(),
      proposedBy: z.string(),
      proposedAt: instant,
    })
    .nullable(),
  waveList: z.array(campaignWaveSchema),
  /** Conditions of the campaign's own budget. */
  budgetMeters: z.array(gateMeterSchema),
  holdOut: z.object({ machines: count, until: instant, recovered: count }).nullable(),
  excluded: z.array(
    z.object({ exclusion: z.enum(TARGET_EXCLUSIONS), machines: count, reason: z.string() }),
  ),
  comparison: comparisonSchema,
  /** Why nothing is ordered just now, for people; null = orders go out, or nothing is left to order. */
  waitingFor: z.string().nullable(),
  /** When the next maintenance window opens, while none is open. */
  windowOpensAt: instant.nullable(),
  /** Linked campaigns: retries of this one's failed. */
  children: z.array(z.object({ id: idSchema, name: z.string() })),
  /** Taking back: asked for, done, could not be done. */
  rollBack: z.object({ asked: count, done: count, failed: count }).nullable(),
  /** Until when failures that come back are laid to this campaign's account. */
  watchedUntil: instant.nullable(),
});
export type CampaignDetail = z.infer<typeof campaignDetailSchema>;

/** `POST /campaigns` makes a draft; `PUT /campaigns/:id` changes it; `DELETE` discards it. */
export const newCampaignSchema = z.object({
  requestId: idSchema,
  plan: campaignPlanSchema,
  parentId: idSchema.nullable().default(null),
});
export type NewCampaign = z.infer<typeof newCampaignSchema>;

const reason = z.string().trim().min(3).max(500);
const wave = z.number().int().min(1);
/** `POST /campaigns/:id/actions`; answers with the campaign. Each names its reason, which the audit log keeps. */
export const campaignActionSchema = z.discriminatedUnion('action', [
  z.object({ action: z.literal('submit'), reason: reason.optional() }),
  z.object({ action: z.literal('withdraw'), reason: reason.optional() }),
  z.object({ action: z.literal('approve'), reason }),
  z.object({ action: z.literal('reject'), reason }),
  /** `expectedMachines` is what the preview said; another number is refused with `selection-changed`. */
  z.object({
    action: z.literal('launch'),
    expectedMachines: z.number().int().min(1),
    reason: reason.optional(),
  }),
  z.object({ action: z.literal('pause'), reason }),
  z.object({ action: z.literal('resume'), reason }),
  z.object({ action: z.literal('stop'), reason }),
  z.object({ action: z.literal('skip-wave'), wave, reason }),
  z.object({ action: z.literal('retry-wave'), wave, reason }),
  z.object({ action: z.literal('wait-longer'), wave, hours: z.number().min(0.1).max(720), reason }),
  /** Machines that have not begun leave the campaign: the last ones first, until so many are left. */
  z.object({ action: z.literal('shrink'), machines: z.number().int().min(1), reason }),
  z.object({ action: z.literal('change'), change: campaignChangeSchema, reason }),
  z.object({ action: z.literal('approve-change'), reason }),
  z.object({ action: z.literal('reject-change'), reason }),
  /** Null = every wave. */
  z.object({ action: z.literal('roll-back'), wave: wave.nullable().default(null), reason }),
]);
export type CampaignActionRequest = z.infer<typeof campaignActionSchema>;

/** `POST /campaigns/:id/retry-failed`; answers with the new draft. */
export const retryFailedSchema = z.object({
  requestId: idSchema,
  /** Only these of the failed, as cells of the outcome matrix; left out = all. */
  outcomes: z
    .array(z.object({ verdict: z.enum(VERDICTS), code: z.string().nullable() }))
    .min(1)
    .max(200)
    .optional(),
});
export type RetryFailed = z.infer<typeof retryFailedSchema>;

/** `GET /campaigns/:id/targets`. */
export const campaignTargetSchema = z.object({
  machineId: idSchema,
  hostname: z.string(),
  online: z.boolean(),
  wave: z.number().int().nullable(),
  role: z.enum(TARGET_ROLES),
  /** `excluded` and `held-out` never run; `queued` waits for its wave, window, turn or connection; then as the run says. */
  state: z.enum(['excluded', 'held-out', ...RUN_STATES]),
  /** For people: what it waits for, why it is left out, or what the machine said. */
  message: z.string().nullable(),
  attempt: z.number().int(),
  nextAttemptAt: instant.nullable(),
  runId: idSchema.nullable(),
  verdict: z.enum(VERDICTS).nullable(),
  code: z.string().nullable(),
});
export type CampaignTarget = z.infer<typeof campaignTargetSchema>;
export const campaignTargetQuerySchema = pageQuerySchema.extend({
  wave: z.coerce.number().int().optional(),
  state: z.enum(['all', 'excluded', 'queued', 'active', 'ended', 'held-out']).default('all'),
  verdict: z.enum(VERDICTS).optional(),
  /** With `verdict`: the code of the outcome; empty = outcomes without one. */
  code: z.string().max(10).optional(),
  search: z.string().trim().max(200).optional(),
});
export type CampaignTargetQuery = z.infer<typeof campaignTargetQuerySchema>;
export const campaignTargetPageSchema = pageOf(campaignTargetSchema);

/** `GET /machines/:id/campaigns`: where the machine takes part or waits, newest first; at most 50. */
export const machineCampaignSchema = campaignTargetSchema
  .pick({ wave: true, role: true, state: true, message: true, nextAttemptAt: true, runId: true })
  .extend({
    campaignId: idSchema,
    name: z.string(),
    campaignState: z.enum(CAMPAIGN_STATES),
    verdict: z.enum(VERDICTS).nullable(),
  });
export type MachineCampaign = z.infer<typeof machineCampaignSchema>;
export const machineCampaignListSchema = z.object({ items: z.array(machineCampaignSchema) });

/** How a target is painted from across the room. */
export const TILE_STATES = [
  'waiting',
  'working',
  'soaking',
  'success',
  'unproven',
  'soft',
  'hard',
  'left-out',
  'held-out',
] as const;
export type TileState = (typeof TILE_STATES)[number];
/** `GET /campaigns/:id/tiles`: every target, in the order of its wave; short names, since there may be thousands. */
export const campaignTilesSchema = z.object({
  tiles: z.array(
    z.object({
      /** Machine. */
      m: idSchema,
      /** Host name. */
      h: z.string(),
      /** Wave; null = hold-out. */
      w: z.number().int().nullable(),
      s: z.enum(TILE_STATES),
    }),
  ),
});
export type CampaignTiles = z.infer<typeof campaignTilesSchema>;

/** `GET /campaigns/:id/feed`, newest first: every move of campaign and waves, by itself or by someone. */
export const campaignFeedEntrySchema = z.object({
  id: z.string(),
  at: instant,
  wave: z.number().int().nullable(),
  from: z.string().nullable(),
  to: z.string().nullable(),
  /** Who; null = the campaign by itself. */
  actor: z.string().nullable(),
  message: z.string(),
});
export type CampaignFeedEntry = z.infer<typeof campaignFeedEntrySchema>;
export const campaignFeedPageSchema = pageOf(campaignFeedEntrySchema);

/** `GET /campaigns/:id/matrix`: ended targets by verdict and code, most first. */
export const outcomeMatrixSchema = z.object({
  cells: z.array(
    z.object({
      verdict: z.enum(VERDICTS),
      code: z.string().nullable(),
      symbol: z.string().nullable(),
      machines: count,
      outcome: z.enum(['success', 'soft', 'hard', 'open', 'left-out']),
    }),
  ),
});
export type OutcomeMatrix = z.infer<typeof outcomeMatrixSchema>;

/** `POST /campaigns/preview` with a plan: what it would do, before anything is saved. */
export const campaignPreviewSchema = z.object({
  included: count,
  includedOffline: count,
  excluded: campaignDetailSchema.shape.excluded,
  /** The first 200, excluded ones first. */
  machines: z.array(
    z.object({
      machineId: idSchema,
      hostname: z.string(),
      online: z.boolean(),
      wave: z.number().int().nullable(),
      role: z.enum(TARGET_ROLES).nullable(),
      exclusion: z.enum(TARGET_EXCLUSIONS).nullable(),
      reason: z.string().nullable(),
    }),
  ),
  waves: z.array(z.object({ number: z.number().int(), machines: count, canaries: count })),
  holdOut: count,
  guard: guardSchema.nullable(),
  approvalNeeded: z.boolean(),
  /** When the last wave is expected to be judged, if everything goes well; null where nothing can be said. */
  duration: z
    .object({ likelyHours: z.number(), atWorstHours: z.number(), explanation: z.string() })
    .nullable(),
  /** What machines load again after a reset, and what they set aside; null where no machine has told. */
  bytes: z
    .object({ downloadedAgain: z.number(), setAside: z.number(), machinesThatTold: count })
    .nullable(),
  /** What this gate would have done to past campaigns of the same playbook, newest first. */
  replays: z.array(
    z.object({
      campaignId: idSchema,
      name: z.string(),
      machines: count,
      /** After so many decided machines it would have stopped; null = it would have passed. */
      stoppedAfter: count.nullable(),
      reason: z.string().nullable(),
    }),
  ),
  /** Everything that keeps this plan from being saved. */
  problems: z.array(z.object({ path: z.string(), message: z.string() })),
});
export type CampaignPreview = z.infer<typeof campaignPreviewSchema>;
export const campaignPreviewRequestSchema = z.object({ plan: campaignPlanSchema });

/** `GET/PUT /campaign-settings`. */
export const campaignSettingsSchema = z.object({
  /** From how many machines on a second person must approve; null = never. */
  approvalFromMachines: z.number().int().min(1).max(1_000_000).nullable(),
  /** Runs of all campaigns and policies at once. */
  fleetConcurrency: z.number().int().min(1).max(100_000),
  /** A machine is left alone so many days after a run of the same playbook. */
  coolDownDays: z.number().int().min(0).max(365),
  /** Machines with so many runs that did not help within 30 days are chronic. */
  chronicRuns: z.number().int().min(2).max(100),
  /** At most this part of a site's machines is worked on at once, in percent; null = no limit. */
  sitePercent: z.number().int().min(1).max(100).nullable(),
});
export type CampaignSettings = z.infer<typeof campaignSettingsSchema>;

/** `GET/PUT /emergency-stop`: while it is on, no machine gets an order, be it of campaigns, policies or people. */
export const emergencyStopSchema = z.object({
  on: z.boolean(),
  reason: z.string().nullable(),
  by: z.string().nullable(),
  at: instant.nullable(),
});
export type EmergencyStop = z.infer<typeof emergencyStopSchema>;
export const emergencyStopRequestSchema = z.object({ on: z.boolean(), reason });
