import { VERDICT_LEVELS, VERDICTS } from '@fleetmend/domain';
import * as z from 'zod';
import { SERVICE_START_TYPES, SERVICE_STATES } from '@fleetmend/client-protocol';

export const savedServiceSchema = z.object({
  name: z.string(),
  state: z.enum(SERVICE_STATES),
  startType: z.enum(SERVICE_START_TYPES),
});
/** A service as it stood before the run touched it. */
export type SavedService = z.infer<typeof savedServiceSchema>;

const renameSchema = z.object({
  from: z.string(),
  to: z.string(),
  /**
   * `away`: from the proper name to one that nothing had. `back`: from such a name to the proper one. `discarded`:
   * what stood in the way of an undo, and stays where it was put.
   */
  kind: z.enum(['away', 'back', 'discarded']),
});
/** A rename that was begun; whether it came to be is seen at the names. */
export type Rename = z.infer<typeof renameSchema>;

export const registryValueSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('dword'), data: z.number().int().min(0).max(0xffffffff) }),
  z.object({ type: z.enum(['sz', 'expand-sz']), data: z.string() }),
  z.object({ type: z.literal('multi-sz'), data: z.array(z.string()).readonly() }),
]);

const registryChangeSchema = z.object({
  key: z.string(),
  value: z.string(),
  /** Null: there was no such value. */
  before: registryValueSchema.nullable(),
  after: registryValueSchema.nullable(),
  /** There was no such key: it goes away again with its last value. */
  madeKey: z.boolean(),
});
/** A change of a registry value that was begun; whether it came to be is seen at the value. */
export type RegistryChange = z.infer<typeof registryChangeSchema>;

const startTypeChangeSchema = z.object({
  name: z.string(),
  before: z.enum(SERVICE_START_TYPES),
  after: z.enum(SERVICE_START_TYPES),
});
/** A change of a service's start type that was begun; whether it came to be is seen at the service. */
export type StartTypeChange = z.infer<typeof startTypeChangeSchema>;

const bootSchema = z.object({
  /** When Windows had started, by the clock of the moment at which this is written. */
  bootedAt: z.number(),
  /** Another one after every restart. */
  bootId: z.string().optional(),
});

const startedServiceSchema = z.object({
  name: z.string(),
  /** It is to go on running; otherwise it is only tried whether it starts. */
  keep: z.boolean(),
});
/** A service that a run began to start; whether it came to run is seen at the service. */
export type StartedService = z.infer<typeof startedServiceSchema>;

const clockShiftSchema = bootSchema.extend({
  /** By so much the clock is to be set forward; negative: back. */
  shiftMs: z.number(),
  /** What it showed before, and for how long the machine was up. */
  clockMs: z.number(),
  uptimeMs: z.number(),
});
/** A clock that a run began to set; whether it came to be is seen at the time that has passed. */
export type ClockShift = z.infer<typeof clockShiftSchema>;

/** What a step puts down before it does it, so that it can be found out and taken back after a power loss. */
export const stepNoteSchema = z.object({
  rename: renameSchema.optional(),
  /** A rename that Windows does at its next start. */
  renameAtRestart: bootSchema.extend({ from: z.string(), to: z.string() }).optional(),
  /** Which start of Windows it is; of the step that has Windows restart: before it did. */
  boot: bootSchema.optional(),
  services: z.array(savedServiceSchema).optional(),
  registry: registryChangeSchema.optional(),
  startType: startTypeChangeSchema.optional(),
  started: startedServiceSchema.optional(),
  clockShift: clockShiftSchema.optional(),
  /** Somebody has put the restart off, when the machine was up for so long. */
  deferral: z.object({ uptimeMs: z.number() }).optional(),
  /** Driver updates that are about to be installed. */
  drivers: z.array(z.object({ id: z.string(), title: z.string() })).optional(),
  /** Backups that are about to be deleted, in order. */
  backups: z.array(z.object({ path: z.string(), bytes: z.number() })).optional(),
});
export type StepNote = z.infer<typeof stepNoteSchema>;

const detailsSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
export type Details = z.infer<typeof detailsSchema>;

export const verdictProposalSchema = z.object({
  verdict: z.enum(VERDICTS),
  level: z.enum(VERDICT_LEVELS).optional(),
  code: z.string().optional(),
  stepId: z.string().optional(),
  message: z.string(),
});
/** What became of the run. */
export type RunVerdict = z.infer<typeof verdictProposalSchema>;

const resultSchema = z.object({
  stepId: z.string(),
  message: z.string(),
  errorCode: z.number().int().optional(),
  details: detailsSchema.optional(),
});

/** One write of the journal. */
export const journalEntrySchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('state'),
    state: z.enum(['preflight', 'snapshot', 'acting', 'rebooting', 'verifying']),
  }),
  z.object({ kind: z.literal('intent'), stepId: z.string() }),
  z.object({ kind: z.literal('note'), stepId: z.string(), note: stepNoteSchema }),
  resultSchema.extend({
    kind: z.literal('result'),
    state: z.enum(['done', 'skipped', 'failed']),
    note: stepNoteSchema.optional(),
    /** Preflight: the run must not go on. */
    refused: z.boolean().optional(),
    verdict: verdictProposalSchema.optional(),
  }),
  /** From here on the run takes back what it did. */
  z.object({ kind: z.literal('undo'), because: verdictProposalSchema }),
  z.object({ kind: z.literal('undo-intent'), stepId: z.string() }),
  resultSchema.extend({
    kind: z.literal('undo-result'),
    state: z.enum(['undone', 'skipped', 'failed']),
  }),
  z.object({ kind: z.literal('verdict'), verdict: verdictProposalSchema }),
]);
export type JournalEntry = z.infer<typeof journalEntrySchema>;

/** An entry with its moment. */
export interface WrittenEntry {
  readonly entry: JournalEntry;
  readonly at: Date;
}
