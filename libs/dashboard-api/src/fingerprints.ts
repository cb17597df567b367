import { PHASES, PROPOSAL_CONFIDENCES, UPDATE_SOURCES } from '@fleetmend/domain';
import * as z from 'zod';
import { idSchema, instant, pageOf, pageQuerySchema } from './common';
import { measuredSchema } from './effect';

export const errorCodeSchema = z.object({
  code: z.string(),
  symbol: z.string().nullable(),
  message: z.string().nullable(),
  family: z.string().nullable(),
  /** What the catalogue knows as a cure; may be one that FleetMend has no playbook for. */
  remedy: z.string().nullable(),
});
/** `GET /error-codes/:code`, in any spelling. */
export type ErrorCode = z.infer<typeof errorCodeSchema>;

/** One proposal for a fingerprint, or the reason against the reset. */
export const proposalSchema = z.object({
  playbook: z.string(),
  reason: z.string(),
  confidence: z.enum(PROPOSAL_CONFIDENCES),
  /** Null = no run was decided yet. */
  measured: measuredSchema.nullable(),
  /** Own runs have shown that it doesn't help against this; it stands last. */
  discouraged: z.boolean(),
});
export const guardSchema = z.object({
  reason: z.string(),
  evidence: z.string(),
  betterRemedies: z.array(z.string()),
});
export type Guard = z.infer<typeof guardSchema>;

export const fingerprintSchema = z.object({
  id: idSchema,
  code: z.string(),
  symbol: z.string().nullable(),
  meaning: z.string().nullable(),
  extendedCode: z.string().nullable(),
  phase: z.enum(PHASES),
  /** KB number or update id; null for failed scans. */
  update: z.string().nullable(),
  updateTitle: z.string().nullable(),
  updateSource: z.enum(UPDATE_SOURCES),
  osFamily: z.string(),
  /** Machines on which it is open now. */
  openMachines: z.number().int(),
  /** Machines that ever had it. */
  machines: z.number().int(),
  occurrences: z.number().int(),
  firstSeenAt: instant,
  lastSeenAt: instant,
  /** Failures per day, oldest first, the last 14 days (UTC), today last. */
  trend: z.array(z.number().int()).length(14),
  /** First seen within the last 24 hours. */
  isNew: z.boolean(),
  proposals: z.array(proposalSchema),
  guard: guardSchema.nullable(),
  /** Ended runs for this fingerprint, by verdict. */
  verdicts: z.record(z.string(), z.number().int()),
  /** Runs for this fingerprint that have not ended. */
  activeRuns: z.number().int(),
});
export type Fingerprint = z.infer<typeof fingerprintSchema>;

/** `GET /fingerprints`. */
export const fingerprintQuerySchema = pageQuerySchema.extend({
  state: z.enum(['open', 'all']).default('open'),
  /** Code in any spelling, symbol, KB, or words of the title. */
  search: z.string().trim().max(200).optional(),
  phase: z.enum(PHASES).optional(),
  sort: z.enum(['machines', 'last-seen', 'first-seen']).default('machines'),
});
export type FingerprintQuery = z.infer<typeof fingerprintQuerySchema>;
export const fingerprintPageSchema = pageOf(fingerprintSchema);

/** `GET /fingerprints/:id/machines`: who has or had it, last seen first. */
export const affectedMachineSchema = z.object({
  machineId: idSchema,
  hostname: z.string(),
  online: z.boolean(),
  osName: z.string().nullable(),
  state: z.enum(['open', 'closed']),
  occurrences: z.number().int(),
  firstSeenAt: instant,
  lastSeenAt: instant,
  /** The newest run of the machine for this fingerprint. */
  run: z.object({ id: idSchema, state: z.string(), verdict: z.string().nullable() }).nullable(),
});
export type AffectedMachine = z.infer<typeof affectedMachineSchema>;
export const affectedMachineQuerySchema = pageQuerySchema.extend({
  state: z.enum(['open', 'all']).default('open'),
});
export const affectedMachinePageSchema = pageOf(affectedMachineSchema);

/** `GET /overview`: the line of numbers above the fingerprints. */
export const overviewSchema = z.object({
  machines: z.number().int(),
  online: z.number().int(),
  failingMachines: z.number().int(),
  openFingerprints: z.number().int(),
  newFingerprints: z.number().int(),
  activeRuns: z.number().int(),
  fixedLast7Days: z.number().int(),
});
export type Overview = z.infer<typeof overviewSchema>;
