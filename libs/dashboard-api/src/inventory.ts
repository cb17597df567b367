import * as z from 'zod';

/** What the machine last said of itself. Every part may be missing: old clients don't know it. */
export const inventoryShape = z.object({
  hostname: z.string(),
  domain: z.string().optional(),
  os: z.object({
    name: z.string(),
    version: z.string(),
    build: z.number(),
    revision: z.number().optional(),
    architecture: z.string(),
    language: z.string().optional(),
  }),
  clientVersion: z.string(),
  freeSystemDiskBytes: z.number().optional(),
  services: z
    .array(z.object({ name: z.string(), state: z.string(), startType: z.string() }))
    .optional(),
  pendingRestart: z.object({ pending: z.boolean(), reasons: z.array(z.string()) }).optional(),
  updatePolicy: z
    .object({
      wsusServer: z.string().optional(),
      automaticUpdatesDisabled: z.boolean(),
      updateAccessDisabled: z.boolean(),
    })
    .optional(),
  bootedAt: z.string().optional(),
});
export type MachineInventory = z.infer<typeof inventoryShape>;
