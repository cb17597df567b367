import { CHRONIC_REASONS, MEASURED_ON, PHASES, VERDICTS } from '@fleetmend/domain';
import * as z from 'zod';
import { idSchema, instant, pageOf, pageQuerySchema } from './common';

const count = z.number().int();
/** 0 to 1. */
const share = z.number().min(0).max(1);

/** How often something helped, of the runs that were decided; `low` to `high` holds 95 %. */
const effectiveness = { helped: count, decided: count, low: share, high: share };

/** What own runs say about a proposal. */
export const measuredSchema = z.object({
  ...effectiveness,
  /** Counted on this very fingerprint, or on its kind: code, phase and OS family. */
  on: z.enum(MEASURED_ON),
  /** Null = all versions of the playbook together. */
  version: count.nullable(),
});
export type MeasuredView = z.infer<typeof measuredSchema>;

/** Own results of one version of a playbook. */
export const effectRowSchema = z.object({
  playbook: z.string(),
  version: count,
  ...effectiveness,
  /** Decided runs for which each level is proven. */
  levels: z.object({ L0: count, L1: count, L2: count, L3: count, L4: count }),
});
export type EffectRow = z.infer<typeof effectRowSchema>;

/** How long fixes hold: the share of fixed failures that had not come back so many days after the run. */
export const holdCurveSchema = z.object({
  /** Runs that mended the failure, whatever came later. */
  fixed: count,
  /** Of these, how many came back within the watch period. */
  cameBack: count,
  watchDays: count,
  points: z.array(
    z.object({
      day: count,
      share,
      low: share,
      high: share,
      /** Still watched then. */ atRisk: count,
    }),
  ),
  /** For people: how it was found. */
  method: z.string(),
});
export type HoldCurve = z.infer<typeof holdCurveSchema>;

/** `GET /fingerprints/:id/effect`: best first. */
export const fingerprintEffectSchema = z.object({
  playbooks: z.array(effectRowSchema),
  /** The same of all fingerprints of its kind, so that a new update learns from those before it. */
  kind: z.object({
    code: z.string(),
    phase: z.enum(PHASES),
    osFamily: z.string(),
    fingerprints: count,
    playbooks: z.array(effectRowSchema),
  }),
  hold: holdCurveSchema.nullable(),
  /** For people: what counts as decided, and how the interval was found. */
  method: z.string(),
});
export type FingerprintEffect = z.infer<typeof fingerprintEffectSchema>;

/** `GET /playbooks/effect`: every playbook that was run, against whatever failure. */
export const playbookEffectSchema = z.object({
  items: z.array(
    z.object({
      playbook: z.string(),
      ...effectiveness,
      versions: z.array(effectRowSchema),
    }),
  ),
  method: z.string(),
});
export type PlaybookEffect = z.infer<typeof playbookEffectSchema>;

/** Why a machine is chronic, by its runs within the last `days`. */
export const chronicStandingSchema = z.object({
  reasons: z.array(z.enum(CHRONIC_REASONS)).min(1),
  /** Runs that did not help, those included after which the failure came back. */
  unhelpful: count,
  recurrences: count,
  days: count,
});
export type ChronicStanding = z.infer<typeof chronicStandingSchema>;

/** `GET /machines/chronic`: machines that more of the same won't help, most failed runs first. */
export const chronicMachineSchema = chronicStandingSchema.extend({
  machineId: idSchema,
  hostname: z.string(),
  online: z.boolean(),
  osName: z.string().nullable(),
  openFailures: count,
  /** The newest five that did not help. */
  runs: z.array(
    z.object({
      id: idSchema,
      playbook: z.string(),
      verdict: z.enum(VERDICTS),
      /** Of the new error, else of the failure that it was run against. */
      code: z.string().nullable(),
      endedAt: instant,
    }),
  ),
  /** For people. */
  advice: z.string(),
});
export type ChronicMachine = z.infer<typeof chronicMachineSchema>;
export const chronicMachineQuerySchema = pageQuerySchema;
export type ChronicMachineQuery = z.infer<typeof chronicMachineQuerySchema>;
export const chronicMachinePageSchema = pageOf(chronicMachineSchema);
