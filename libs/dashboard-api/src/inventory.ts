import * as z from 'zod';

const successShape = z.object({ at: z.string(), from: z.string() });

export const updateSettingShape = z.object({
  name: z.string(),
  value: z.union([z.string(), z.number()]),
  /** `group-policy`, `mdm` or `settings`. */
  from: z.string(),
});

/** A folder of Windows Update that was set aside; `bytes` and `files` are missing until it was measured. */
export const backupFolderShape = z.object({
  path: z.string(),
  /** `fleetmend` or `foreign`. */
  origin: z.string(),
  runId: z.string().optional(),
  setAsideAt: z.string().optional(),
  createdAt: z.string().optional(),
  modifiedAt: z.string().optional(),
  bytes: z.number().optional(),
  files: z.number().optional(),
});
export type BackupFolder = z.infer<typeof backupFolderShape>;

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
    edition: z.string().optional(),
    displayVersion: z.string().optional(),
    installationType: z.string().optional(),
  }),
  clientVersion: z.string(),
  hardware: z
    .object({
      manufacturer: z.string().optional(),
      model: z.string().optional(),
      family: z.string().optional(),
    })
    .optional(),
  join: z
    .object({
      /** `domain`, `workgroup` or `none`. */
      membership: z.string().optional(),
      name: z.string().optional(),
      entraJoined: z.boolean().optional(),
      entraTenantId: z.string().optional(),
      entraTenantName: z.string().optional(),
    })
    .optional(),
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
      settings: z.array(updateSettingShape).optional(),
    })
    .optional(),
  updateActivity: z
    .object({ lastScan: successShape.optional(), lastInstall: successShape.optional() })
    .optional(),
  backups: z
    .object({ folders: z.array(backupFolderShape), omitted: z.number().optional() })
    .optional(),
  /** The server's time minus the machine's. */
  clockOffsetMs: z.number().optional(),
  timeSource: z.object({ type: z.string().optional(), servers: z.string().optional() }).optional(),
  power: z.object({ onBattery: z.boolean() }).optional(),
  network: z.object({ metered: z.boolean() }).optional(),
  client: z
    .object({
      startedAt: z.string().optional(),
      waitingReports: z.number().optional(),
      rejectedReports: z.number().optional(),
      unavailableSources: z.array(z.object({ name: z.string(), message: z.string() })).optional(),
      dataBytes: z.number().optional(),
      damagedState: z.string().optional(),
      unexpectedEnds: z.number().optional(),
      lastUnexpectedEndAt: z.string().optional(),
      lastUnexpectedEndReason: z.string().optional(),
    })
    .optional(),
  bootedAt: z.string().optional(),
  timeZone: z.string().optional(),
});
export type MachineInventory = z.infer<typeof inventoryShape>;
