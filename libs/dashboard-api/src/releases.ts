import {
  CLIENT_ARCHITECTURES,
  CLIENT_UPDATE_STATES,
  type ClientUpdateState,
} from '@fleetmend/domain';
import * as z from 'zod';
import { idSchema, instant, pageOf, pageQuerySchema } from './common';

/**
 * `incomplete`: the executable is not there yet. `paused`: nobody is offered it; who has begun goes on. `rolling`: the
 * chosen machines are offered it. `halted`: nobody gets it any more, downloads end.
 */
export const RELEASE_STATES = ['incomplete', 'paused', 'rolling', 'halted'] as const;
export type ReleaseState = (typeof RELEASE_STATES)[number];

const counts = Object.fromEntries(
  CLIENT_UPDATE_STATES.map((state) => [state, z.number().int()]),
) as Record<ClientUpdateState, z.ZodNumber>;

export const releaseSchema = z.object({
  id: idSchema,
  version: z.string(),
  architecture: z.enum(CLIENT_ARCHITECTURES),
  /** SHA-256 of the executable, hex. */
  sha256: z.string(),
  /** In bytes. */
  size: z.number().int(),
  /** When its publisher signed it. */
  createdAt: instant,
  minimumFromVersion: z.string().nullable(),
  uploadedAt: instant,
  uploadedBy: z.string(),
  state: z.enum(RELEASE_STATES),
  /** How many of a hundred machines are chosen; null when machines are chosen one by one, or none. */
  percentage: z.number().int().nullable(),
  /** How many machines are chosen one by one. */
  chosenMachines: z.number().int(),
  /** So many machines that speak against it halt its rollout. */
  haltAfter: z.number().int(),
  haltReason: z.string().nullable(),
  /** Machines that could take it: of its kind, with an older client. Those that have it are not among them. */
  eligibleMachines: z.number().int(),
  /** How machines fare with it. */
  machines: z.object(counts),
  /** How many of them speak against it. */
  failures: z.number().int(),
});
export type Release = z.infer<typeof releaseSchema>;

/** `GET /releases`, the newest version first. */
export const releaseListSchema = z.object({ items: z.array(releaseSchema) });

/** `GET /releases/versions`: what runs in the fleet, the newest first. Null: a machine that never said. */
export const clientVersionsSchema = z.object({
  items: z.array(z.object({ version: z.string().nullable(), machines: z.number().int() })),
});
export type ClientVersions = z.infer<typeof clientVersionsSchema>;

/** `POST /releases`: what `npm run release:sign` wrote. Then `PUT /releases/:id/executable` with the bytes as the body. */
export const newReleaseSchema = z.object({ manifest: z.string().trim().min(1).max(4000) });
export type NewRelease = z.infer<typeof newReleaseSchema>;

const haltAfter = z.number().int().min(1).max(1000).default(3);

/** `PUT /releases/:id/rollout`: who is offered the release from now on. `POST /releases/:id/halt` ends it. */
export const rolloutSchema = z.discriminatedUnion('to', [
  z.object({ to: z.literal('nobody') }),
  /** Raising it only adds machines. 100 = all. */
  z.object({
    to: z.literal('percentage'),
    percentage: z.number().int().min(1).max(100),
    haltAfter,
  }),
  z.object({
    to: z.literal('machines'),
    machineIds: z.array(idSchema).min(1).max(10_000),
    haltAfter,
  }),
]);
export type Rollout = z.infer<typeof rolloutSchema>;

/** How a machine fares with a release. */
export const machineUpdateSchema = z.object({
  machineId: idSchema,
  hostname: z.string(),
  online: z.boolean(),
  releaseId: idSchema,
  version: z.string(),
  fromVersion: z.string(),
  state: z.enum(CLIENT_UPDATE_STATES),
  reason: z.string().nullable(),
  message: z.string().nullable(),
  changedAt: instant,
});
export type MachineUpdate = z.infer<typeof machineUpdateSchema>;

/** `GET /releases/:id/machines`, what changed last first. */
export const machineUpdateQuerySchema = pageQuerySchema.extend({
  state: z.enum(CLIENT_UPDATE_STATES).optional(),
});
export type MachineUpdateQuery = z.infer<typeof machineUpdateQuerySchema>;
export const machineUpdatePageSchema = pageOf(machineUpdateSchema);

/** `GET /machines/:id/client-updates`, what changed last first; the last ten. */
export const machineUpdateListSchema = z.object({ items: z.array(machineUpdateSchema) });
