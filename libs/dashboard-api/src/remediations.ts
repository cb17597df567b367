import { RUN_MODES, RUN_STATES, STEP_STATES, VERDICTS, VERDICT_LEVELS } from '@fleetmend/domain';
import * as z from 'zod';
import { guardSchema } from './fingerprints';
import { idSchema, instant, pageOf, pageQuerySchema } from './common';
import { selectionSchema } from './selection';

const playbookParameterSchema = z.object({
  name: z.string(),
  type: z.enum(['boolean', 'integer']),
  default: z.union([z.boolean(), z.number()]),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  description: z.string(),
});

/** `GET /playbooks`. */
export const playbookSchema = z.object({
  name: z.string(),
  version: z.number().int(),
  title: z.string(),
  description: z.string(),
  sideEffects: z.array(z.string()),
  /** It can be had as a command file: `GET /playbooks/:name/command-script`, with parameters as query. */
  scriptable: z.boolean(),
  parameters: z.array(playbookParameterSchema),
  /** Versions that clients may still have and that can be ordered, newest first; `version` is not among them. */
  olderVersions: z.array(
    z.object({ version: z.number().int(), parameters: z.array(playbookParameterSchema) }),
  ),
  steps: z.array(
    z.object({
      id: z.string(),
      section: z.string(),
      title: z.string(),
      undo: z.string().optional(),
    }),
  ),
});
/** Parameters of a playbook in a query string: `true`, `false` or a whole number. */
export const parameterQuerySchema = z.record(
  z.string().max(50),
  z
    .string()
    .regex(/^(true|false|-?\d{1,9})$/, 'must be true, false or a whole number')
    .transform((text) => (text === 'true' || text === 'false' ? text === 'true' : Number(text))),
);
export type ParameterQuery = z.infer<typeof parameterQuerySchema>;
export type PlaybookDescription = z.infer<typeof playbookSchema>;
export const playbookListSchema = z.object({ items: z.array(playbookSchema) });

const plan = {
  playbook: z.string().min(1).max(100),
  parameters: z.record(z.string(), z.union([z.boolean(), z.number()])).default({}),
  mode: z.enum(['execute', 'dry-run']).default('execute'),
  selection: selectionSchema,
  /** The failure that is to be mended; the guard judges by it and the verdict is about it. */
  fingerprintId: idSchema.optional(),
};

/** `POST /remediations/preview`. */
export const previewRequestSchema = z.object(plan);
export type PreviewRequest = z.infer<typeof previewRequestSchema>;

/** Why a machine is left out. */
export const EXCLUSIONS = [
  'active-run',
  'retired',
  'client-too-old',
  'unknown-playbook',
  'not-affected',
  'unknown-machine',
  'never-connected',
] as const;
export const previewMachineSchema = z.object({
  machineId: idSchema,
  hostname: z.string(),
  online: z.boolean(),
  included: z.boolean(),
  /** For included machines too: "offline: starts when it connects". */
  reason: z.string().nullable(),
  exclusion: z.enum(EXCLUSIONS).nullable(),
});
export type PreviewMachine = z.infer<typeof previewMachineSchema>;
export const previewSchema = z.object({
  included: z.number().int(),
  includedOffline: z.number().int(),
  excluded: z.array(
    z.object({ exclusion: z.enum(EXCLUSIONS), machines: z.number().int(), reason: z.string() }),
  ),
  /** The first 200, excluded ones first. */
  machines: z.array(previewMachineSchema),
  guard: guardSchema.nullable(),
});
export type Preview = z.infer<typeof previewSchema>;

/** `POST /remediations`; answers with a {@link Remediation}. */
export const newRemediationSchema = z.object({
  ...plan,
  /** Made by the dashboard when the dialog opens: a second click, or a retry, makes no second remediation. */
  requestId: idSchema,
  /** What the preview said; another number is refused with `selection-changed`. */
  expectedMachines: z.number().int().min(1),
  /** Needed when the guard warns; recorded in the audit log. */
  overrideReason: z.string().trim().min(3).max(500).optional(),
  /** Orders that no machine has fetched by then expire. */
  expiresInHours: z
    .number()
    .int()
    .min(1)
    .max(24 * 30)
    .default(72),
});
export type NewRemediation = z.infer<typeof newRemediationSchema>;

export const runSchema = z.object({
  id: idSchema,
  remediationId: idSchema,
  machineId: idSchema,
  hostname: z.string(),
  online: z.boolean(),
  playbook: z.string(),
  playbookVersion: z.number().int(),
  mode: z.enum(RUN_MODES),
  state: z.enum(RUN_STATES),
  verdict: z.enum(VERDICTS).nullable(),
  /** The highest of `proven`. */
  level: z.enum(VERDICT_LEVELS).nullable(),
  /** In order; L4 may stand without L3, on a machine that nobody has restarted. */
  proven: z.array(z.enum(VERDICT_LEVELS)),
  /** Until when the failure has to stay away so that L4 is proven; null where nothing is watched. */
  watchedUntil: instant.nullable(),
  /** What the machine said with the verdict, or while it waits. */
  message: z.string().nullable(),
  /** Steps that ended, of all. */
  progress: z.object({
    done: z.number().int(),
    of: z.number().int(),
    current: z.string().nullable(),
  }),
  createdAt: instant,
  leasedAt: instant.nullable(),
  endedAt: instant.nullable(),
  expiresAt: instant,
  canCancel: z.boolean(),
  canUndo: z.boolean(),
});
export type Run = z.infer<typeof runSchema>;

export const runStepSchema = z.object({
  stepId: z.string(),
  title: z.string(),
  section: z.string(),
  state: z.enum(STEP_STATES).nullable(),
  message: z.string().nullable(),
  errorCode: z.number().int().nullable(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullable(),
  startedAt: instant.nullable(),
  endedAt: instant.nullable(),
});
export type RunStep = z.infer<typeof runStepSchema>;

/** `GET /runs/:id`. `POST /runs/:id/cancel` (while queued) and `POST /runs/:id/undo` (answers with the new run). */
export const runDetailSchema = runSchema.extend({
  steps: z.array(runStepSchema),
  parameters: z.record(z.string(), z.union([z.boolean(), z.number()])),
  undoes: idSchema.nullable(),
  undoneBy: idSchema.nullable(),
  fingerprintId: idSchema.nullable(),
  createdBy: z.string(),
  /** Records saved before the reset; `GET /runs/:id/histories/:historyId` answers with text/plain. */
  histories: z.array(
    z.object({ id: idSchema, name: z.string(), bytes: z.number().int(), complete: z.boolean() }),
  ),
});
export type RunDetail = z.infer<typeof runDetailSchema>;

export const remediationSchema = z.object({
  id: idSchema,
  playbook: z.string(),
  playbookVersion: z.number().int(),
  mode: z.enum(RUN_MODES),
  createdAt: instant,
  createdBy: z.string(),
  fingerprintId: idSchema.nullable(),
  /** For people: "0x80070002 in download, KB5034441". */
  reason: z.string().nullable(),
  overrideReason: z.string().nullable(),
  machines: z.number().int(),
  states: z.record(z.string(), z.number().int()),
  verdicts: z.record(z.string(), z.number().int()),
  ended: z.boolean(),
});
export type Remediation = z.infer<typeof remediationSchema>;

/** `GET /remediations` newest first, `GET /remediations/:id`, `GET /remediations/:id/runs`, `POST /remediations/:id/cancel`. */
export const remediationQuerySchema = pageQuerySchema;
export const remediationPageSchema = pageOf(remediationSchema);
export const runQuerySchema = pageQuerySchema.extend({
  state: z.enum(['active', 'ended', 'all']).default('all'),
  machineId: idSchema.optional(),
  remediationId: idSchema.optional(),
});
export type RunQuery = z.infer<typeof runQuerySchema>;
/** `GET /runs`, newest first. */
export const runPageSchema = pageOf(runSchema);
