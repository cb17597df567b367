import {
  CLIENT_VERSION_PATTERN,
  DETECTION_SOURCES,
  PHASES,
  STEP_STATES,
  UPDATE_KINDS,
  UPDATE_SOURCES,
  VERDICT_LEVELS,
  VERDICTS,
} from '@fleetmend/domain';
import * as z from 'zod';
import { acknowledgementOf } from './acknowledgement';
import { inventorySchema } from './inventory';
import { ORDER_REFUSALS } from './order';

/** Sent by the client: up to {@link MAX_REPORTS} reports, which are acknowledged after the commit, and only then. */
export const REPORTS = 'reports';
export const MAX_REPORTS = 100;
/** The largest message the server takes, in bytes of JSON. */
export const MAX_MESSAGE_BYTES = 1_000_000;

const text = (length: number) => z.string().max(length);
const instant = z.iso.datetime();
const code = z.string().regex(/^0x[0-9A-F]{8}$/);

const reportBase = {
  /** Made once by the client, when it writes the report to its outbox: the server takes each id once. */
  id: z.uuid(),
  /** By the machine's clock. */
  createdAt: instant,
};

export const updateIdentitySchema = z.object({
  /** GUID, lower case, no braces. */
  id: z
    .string()
    .regex(/^[0-9a-f-]{36}$/)
    .optional(),
  revision: z.number().int().min(0).max(4_294_967_295).optional(),
  kb: z
    .string()
    .regex(/^KB\d{4,10}$/)
    .optional(),
  title: text(1000).optional(),
});

/** Where on the machine the failure was read, and the record itself. */
export const evidenceSchema = z.object({
  source: z.enum(DETECTION_SOURCES),
  /** The record as it stood there: an XML event, a line of a log. */
  record: text(8000),
});

export const failureReportSchema = z.object({
  ...reportBase,
  kind: z.literal('failure'),
  code,
  extendedCode: code.optional(),
  phase: z.enum(PHASES),
  update: updateIdentitySchema,
  updateKind: z.enum(UPDATE_KINDS),
  updateSource: z.enum(UPDATE_SOURCES),
  occurredAt: instant,
  /** True for what was already there at the client's first start. */
  fromBacklog: z.boolean().default(false),
  evidence: z.array(evidenceSchema).min(1).max(5),
});

/** The same update worked later. Closes the machine's open failures of that update. */
export const successReportSchema = z.object({
  ...reportBase,
  kind: z.literal('success'),
  phase: z.enum(['scan', 'download', 'install']),
  update: updateIdentitySchema,
  occurredAt: instant,
});

export const inventoryReportSchema = z.object({
  ...reportBase,
  kind: z.literal('inventory'),
  inventory: inventorySchema,
});

/** Windows' own update history, saved before a playbook that empties it. The server keeps it for good. */
export const historyReportSchema = z.object({
  ...reportBase,
  kind: z.literal('history'),
  runId: z.uuid(),
  /** Which record this is: a file's name, or `update-history`. */
  name: text(200),
  /** Parts of one record: 0-based `part` of `parts`. */
  part: z.number().int().min(0).max(999),
  parts: z.number().int().min(1).max(1000),
  content: text(200_000),
});

const runEventBase = {
  ...reportBase,
  kind: z.literal('run-event'),
  runId: z.uuid(),
  /** Counts from 0 without gaps within the run, so that order and completeness can be told. */
  sequence: z.number().int().min(0).max(100_000),
};

/** A step began or ended. */
export const stepEventSchema = z.object({
  ...runEventBase,
  event: z.literal('step'),
  stepId: text(100),
  section: z.enum(['preflight', 'snapshot', 'acting', 'verifying', 'undo']),
  state: z.enum(STEP_STATES),
  /** In words, for people. */
  message: text(2000),
  /** Win32 error or exit code, when there was one. */
  errorCode: z.number().int().optional(),
  /** Numbers and names that the step found: sizes, service states, the new folder's name. */
  details: z
    .record(z.string().max(100), z.union([z.string().max(1000), z.number(), z.boolean()]))
    .optional(),
});

/** The run moved to another state. */
export const stateEventSchema = z.object({
  ...runEventBase,
  event: z.literal('state'),
  state: z.enum(['preflight', 'snapshot', 'acting', 'rebooting', 'verifying', 'soaking']),
});

/** The last event of a run. */
export const verdictEventSchema = z.object({
  ...runEventBase,
  event: z.literal('verdict'),
  verdict: z.enum(VERDICTS),
  level: z.enum(VERDICT_LEVELS).optional(),
  /** `new-error`: the code. `step-failed`: its error, when it had one. */
  code: code.optional(),
  /** `step-failed`: the step. */
  stepId: text(100).optional(),
  message: text(2000),
});

/** The client refused the order. `sequence` is 0. */
export const refusedEventSchema = z.object({
  ...runEventBase,
  event: z.literal('refused'),
  reason: z.enum(ORDER_REFUSALS),
  message: text(2000),
});

export const runEventReportSchema = z.discriminatedUnion('event', [
  stepEventSchema,
  stateEventSchema,
  verdictEventSchema,
  refusedEventSchema,
]);

/** An order that could not even be read or trusted, so that no run can be named. */
export const rejectedOrderReportSchema = z.object({
  ...reportBase,
  kind: z.literal('rejected-order'),
  reason: z.enum(ORDER_REFUSALS),
  /** SHA-256 of the order as it came, hex. */
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  message: text(2000),
});

/** How the client fares with a release that it was offered: see `CLIENT_UPDATE_STATES`. */
export const clientUpdateReportSchema = z.object({
  ...reportBase,
  kind: z.literal('client-update'),
  releaseId: z.uuid(),
  state: z.enum(['downloading', 'installing', 'installed', 'rolled-back', 'failed']),
  /** What runs now. */
  version: z.string().regex(CLIENT_VERSION_PATTERN),
  /** `rolled-back` and `failed`: why. Newer clients may know more reasons than the server. */
  reason: text(50).optional(),
  /** In words, for people. */
  message: text(2000),
});

export const reportSchema = z.union([
  z.discriminatedUnion('kind', [
    failureReportSchema,
    successReportSchema,
    inventoryReportSchema,
    historyReportSchema,
    rejectedOrderReportSchema,
    clientUpdateReportSchema,
  ]),
  runEventReportSchema,
]);

export type FailureReport = z.infer<typeof failureReportSchema>;
export type SuccessReport = z.infer<typeof successReportSchema>;
export type InventoryReport = z.infer<typeof inventoryReportSchema>;
export type HistoryReport = z.infer<typeof historyReportSchema>;
export type RunEventReport = z.infer<typeof runEventReportSchema>;
export type StepEvent = z.infer<typeof stepEventSchema>;
export type StateEvent = z.infer<typeof stateEventSchema>;
export type VerdictEvent = z.infer<typeof verdictEventSchema>;
export type RefusedEvent = z.infer<typeof refusedEventSchema>;
export type RejectedOrderReport = z.infer<typeof rejectedOrderReportSchema>;
export type ClientUpdateReport = z.infer<typeof clientUpdateReportSchema>;
export type Report = z.infer<typeof reportSchema>;

/** The envelope: reports are parsed one by one, so that one bad report doesn't hold up the others. */
export const reportsMessageSchema = z.object({
  reports: z.array(z.unknown()).min(1).max(MAX_REPORTS),
});
export interface ReportsMessage {
  readonly reports: readonly Report[];
}

/**
 * `accepted`: committed now or before (a duplicate is accepted again). `rejected`: will never be accepted as it
 * stands; the client sets it aside and says so in its log. `id` is null when the report had none that could be read.
 */
export const reportsAckSchema = acknowledgementOf({
  accepted: z.array(z.uuid()),
  rejected: z.array(z.object({ id: z.uuid().nullable(), message: z.string() })),
});
export type ReportsAck = z.infer<typeof reportsAckSchema>;
