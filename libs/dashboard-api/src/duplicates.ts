import { DUPLICATE_EVIDENCE, DUPLICATE_KINDS, DUPLICATE_STATES } from '@fleetmend/domain';
import * as z from 'zod';
import { idSchema, instant, pageOf, pageQuerySchema } from './common';

/** One side of a pair: what an administrator compares. */
export const comparedMachineSchema = z.object({
  id: idSchema,
  hostname: z.string(),
  domain: z.string().nullable(),
  smbiosUuid: z.string().nullable(),
  machineGuid: z.string().nullable(),
  osName: z.string().nullable(),
  osVersion: z.string().nullable(),
  clientVersion: z.string().nullable(),
  online: z.boolean(),
  lastSeenAt: instant.nullable(),
  enrolledAt: instant,
  retiredAt: instant.nullable(),
});
export type ComparedMachineView = z.infer<typeof comparedMachineSchema>;

/** Two machines that may be one computer, or of which one was made from the other. */
export const possibleDuplicateSchema = z.object({
  id: idSchema,
  kind: z.enum(DUPLICATE_KINDS),
  evidence: z.array(z.enum(DUPLICATE_EVIDENCE)),
  state: z.enum(DUPLICATE_STATES),
  firstSeenAt: instant,
  decidedAt: instant.nullable(),
  decidedBy: z.string().nullable(),
  /** Merged: the machine that goes on. */
  keptId: idSchema.nullable(),
  /** The one that enrolled later. */
  newer: comparedMachineSchema,
  older: comparedMachineSchema,
});
export type PossibleDuplicate = z.infer<typeof possibleDuplicateSchema>;

/** `GET /duplicates`, those that were found last first. */
export const duplicateQuerySchema = pageQuerySchema.extend({
  state: z.enum(DUPLICATE_STATES).optional(),
  machineId: idSchema.optional(),
});
export type DuplicateQuery = z.infer<typeof duplicateQuerySchema>;
export const possibleDuplicatePageSchema = pageOf(possibleDuplicateSchema);

/** Which of the two goes on: `GET /duplicates/:id/merge-preview`, `POST /duplicates/:id/merge`. */
export const mergeSchema = z.object({ keepId: idSchema });
export type Merge = z.infer<typeof mergeSchema>;

/** What a merge would do: what the kept machine takes over, and why it can't be done at present. */
export const mergePreviewSchema = z.object({
  keepId: idSchema,
  retireId: idSchema,
  moves: z.object({
    failures: z.number().int(),
    successes: z.number().int(),
    runs: z.number().int(),
    rejectedOrders: z.number().int(),
  }),
  /** Failures that are open on the retired machine, and are closed. */
  closes: z.number().int(),
  /** For people; empty when it can be done. */
  obstacles: z.array(z.string()),
});
export type MergePreview = z.infer<typeof mergePreviewSchema>;

/** `GET /duplicates/shared-hints`: values that so many machines have that they say nothing. */
export const sharedHintSchema = z.object({
  hint: z.enum(DUPLICATE_EVIDENCE),
  /** As it is; for `key` the name of the machine whose key was copied. */
  value: z.string(),
  machines: z.number().int(),
  firstSeenAt: instant,
});
export type SharedHint = z.infer<typeof sharedHintSchema>;
export const sharedHintListSchema = z.object({ items: z.array(sharedHintSchema) });

/** `GET`, `PUT /duplicates/settings`. */
export const duplicateSettingsSchema = z.object({
  /** Whether a computer with a copied key becomes a machine of its own without an administrator. */
  automaticReEnrolment: z.boolean(),
});
export type DuplicateSettings = z.infer<typeof duplicateSettingsSchema>;

/** `GET /re-enrolments/waiting`: computers that hold the copied key of a machine and ask for their own. */
export const waitingReEnrolmentSchema = z.object({
  id: idSchema,
  /** The machine whose key it is. */
  machineId: idSchema,
  machineHostname: z.string(),
  hostname: z.string(),
  smbiosUuid: z.string().nullable(),
  machineGuid: z.string().nullable(),
  clientVersion: z.string(),
  address: z.string(),
  firstAskedAt: instant,
  lastAskedAt: instant,
});
export type WaitingReEnrolment = z.infer<typeof waitingReEnrolmentSchema>;
export const waitingReEnrolmentListSchema = z.object({ items: z.array(waitingReEnrolmentSchema) });

/** `POST /re-enrolments/:id/decision`. */
export const reEnrolmentDecisionSchema = z.object({ allow: z.boolean() });
export type ReEnrolmentDecision = z.infer<typeof reEnrolmentDecisionSchema>;
