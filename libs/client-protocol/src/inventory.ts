import * as z from 'zod';

/** Win32 service states and start types, by the names of the Windows documentation. */
export const SERVICE_STATES = [
  'stopped',
  'start-pending',
  'stop-pending',
  'running',
  'continue-pending',
  'pause-pending',
  'paused',
] as const;
export const SERVICE_START_TYPES = ['boot', 'system', 'automatic', 'manual', 'disabled'] as const;

export const serviceSchema = z.object({
  name: z.string().max(256),
  state: z.enum(SERVICE_STATES),
  startType: z.enum(SERVICE_START_TYPES),
});

/** What helps triage. Every field may be missing: an old client doesn't know it, or Windows didn't say. */
export const inventorySchema = z.object({
  hostname: z.string().min(1).max(255),
  domain: z.string().max(255).optional(),
  os: z.object({
    /** For people: "Windows 11 Pro". */
    name: z.string().max(200),
    /** "10.0.26100.4349" as far as known. */
    version: z.string().max(50),
    build: z.number().int().min(0),
    /** Update build revision, the last part of the version. */
    revision: z.number().int().min(0).optional(),
    architecture: z.string().max(20),
    language: z.string().max(50).optional(),
  }),
  clientVersion: z.string().max(50),
  freeSystemDiskBytes: z.number().int().min(0).optional(),
  services: z.array(serviceSchema).max(50).optional(),
  pendingRestart: z
    .object({ pending: z.boolean(), reasons: z.array(z.string().max(200)).max(20) })
    .optional(),
  updatePolicy: z
    .object({
      wsusServer: z.string().max(500).optional(),
      automaticUpdatesDisabled: z.boolean(),
      updateAccessDisabled: z.boolean(),
    })
    .optional(),
  bootedAt: z.iso.datetime().optional(),
});
export type Inventory = z.infer<typeof inventorySchema>;
