import { inventoryShape } from './inventory';
import * as z from 'zod';
import { idSchema, instant, pageOf, pageQuerySchema, queryFlag } from './common';
import { chronicStandingSchema } from './effect';
import { tagFilterSchema } from './tags';

export const machineSchema = z.object({
  id: idSchema,
  hostname: z.string(),
  domain: z.string().nullable(),
  online: z.boolean(),
  lastSeenAt: instant.nullable(),
  enrolledAt: instant,
  retiredAt: instant.nullable(),
  osName: z.string().nullable(),
  osVersion: z.string().nullable(),
  osFamily: z.string().nullable(),
  manufacturer: z.string().nullable(),
  model: z.string().nullable(),
  site: z.string().nullable(),
  /** In alphabetical order. */
  tags: z.array(z.string()),
  clientVersion: z.string().nullable(),
  /** Open failures of Windows updates; Store apps and definitions don't count. */
  openFailures: z.number().int(),
  /** The newest of them. */
  newestFailure: z
    .object({ fingerprintId: idSchema, code: z.string(), phase: z.string(), lastSeenAt: instant })
    .nullable(),
  activeRunId: idSchema.nullable(),
  pendingRestart: z.boolean().nullable(),
  freeSystemDiskBytes: z.number().nullable(),
  /** With how many others it may be one computer, or one made from the other: open pairs. */
  possibleDuplicates: z.number().int(),
});
export type Machine = z.infer<typeof machineSchema>;

/**
 * What chooses machines: in the list, and as "all that match" in a selection. A condition that nobody knows is refused:
 * left out, it would choose more machines than were meant.
 */
export const machineFilterSchema = z.strictObject({
  /** Part of the host name, in any case. */
  search: z.string().trim().max(200).optional(),
  online: z.boolean().optional(),
  failing: z.boolean().optional(),
  osFamily: z.string().max(100).optional(),
  /** Machines on which this fingerprint is open. */
  fingerprintId: idSchema.optional(),
  /** Machines with an open failure of this code, in any spelling. */
  code: z.string().max(40).optional(),
  /** Machines of open pairs of possible duplicates. */
  duplicate: z.boolean().optional(),
  pendingRestart: z.boolean().optional(),
  /** Less free space on the system drive than an update may want. */
  lowDisk: z.boolean().optional(),
  /** In any case. */
  site: z.string().trim().max(100).optional(),
  /** Machines that have no site, or those that have one. */
  withoutSite: z.boolean().optional(),
  /** All of these. */
  tag: tagFilterSchema.optional(),
  model: z.string().trim().max(200).optional(),
  /** More of the same won't help it: `GET /machines/chronic`. */
  chronic: z.boolean().optional(),
});
export type MachineFilter = z.infer<typeof machineFilterSchema>;

/** `GET /machines`. */
export const machineQuerySchema = pageQuerySchema.extend({
  search: machineFilterSchema.shape.search,
  online: queryFlag.optional(),
  failing: queryFlag.optional(),
  osFamily: machineFilterSchema.shape.osFamily,
  fingerprintId: machineFilterSchema.shape.fingerprintId,
  code: machineFilterSchema.shape.code,
  duplicate: queryFlag.optional(),
  pendingRestart: queryFlag.optional(),
  lowDisk: queryFlag.optional(),
  site: machineFilterSchema.shape.site,
  withoutSite: queryFlag.optional(),
  tag: machineFilterSchema.shape.tag,
  model: machineFilterSchema.shape.model,
  chronic: queryFlag.optional(),
  sort: z.enum(['hostname', 'last-seen', 'open-failures']).default('hostname'),
});
export type MachineQuery = z.infer<typeof machineQuerySchema>;
export const machinePageSchema = pageOf(machineSchema);

const facetSchema = z.array(z.object({ name: z.string(), machines: z.number().int() }));

/** `GET /machines/facets`: what the filters can offer, most machines first, at most 1,000 of each. */
export const machineFacetsSchema = z.object({
  osFamilies: facetSchema,
  sites: facetSchema,
  tags: facetSchema,
  models: facetSchema,
});
export type MachineFacets = z.infer<typeof machineFacetsSchema>;

/** `GET /machines/:id`. `DELETE /machines/:id` retires it: its key is refused from then on, its history stays. */
export const machineDetailSchema = machineSchema.extend({
  inventory: inventoryShape.nullable(),
  inventoryAt: instant.nullable(),
  /** When another computer was last refused that used this machine's key. */
  keyClonedAt: instant.nullable(),
  /** The machine that took over its history. */
  mergedIntoId: idSchema.nullable(),
  /** Null = it isn't. */
  chronic: chronicStandingSchema.nullable(),
  fingerprints: z.array(
    z.object({
      fingerprintId: idSchema,
      code: z.string(),
      symbol: z.string().nullable(),
      phase: z.string(),
      update: z.string().nullable(),
      updateTitle: z.string().nullable(),
      state: z.enum(['open', 'closed']),
      occurrences: z.number().int(),
      lastSeenAt: instant,
    }),
  ),
});
export type MachineDetail = z.infer<typeof machineDetailSchema>;

/** `GET /machines/:id/timeline`, newest first. */
export const timelineEntrySchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('failure'),
    id: z.string(),
    at: instant,
    fingerprintId: idSchema.nullable(),
    code: z.string(),
    extendedCode: z.string().nullable(),
    symbol: z.string().nullable(),
    phase: z.string(),
    updateKind: z.string(),
    update: z.string().nullable(),
    updateTitle: z.string().nullable(),
    fromBacklog: z.boolean(),
    evidence: z.array(z.object({ source: z.string(), record: z.string() })),
  }),
  z.object({
    kind: z.literal('success'),
    id: z.string(),
    at: instant,
    phase: z.string(),
    update: z.string().nullable(),
    updateTitle: z.string().nullable(),
  }),
  z.object({
    kind: z.literal('run'),
    id: z.string(),
    at: instant,
    runId: idSchema,
    playbook: z.string(),
    mode: z.string(),
    state: z.string(),
    verdict: z.string().nullable(),
    level: z.string().nullable(),
    message: z.string().nullable(),
  }),
  z.object({
    kind: z.literal('enrolled'),
    id: z.string(),
    at: instant,
    tokenLabel: z.string().nullable(),
  }),
  z.object({
    kind: z.literal('rejected-order'),
    id: z.string(),
    at: instant,
    reason: z.string(),
    message: z.string(),
  }),
]);
export type TimelineEntry = z.infer<typeof timelineEntrySchema>;
export const timelineQuerySchema = pageQuerySchema;
export const timelinePageSchema = pageOf(timelineEntrySchema);
