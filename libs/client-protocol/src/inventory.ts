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

const text = (length: number) => z.string().max(length);
/** A word of a list that may grow: who doesn't know it shows it as it stands. */
const word = text(50);
const instant = z.iso.datetime();
const count = z.number().int().min(0);

export const serviceSchema = z.object({
  name: text(256),
  state: z.enum(SERVICE_STATES),
  startType: z.enum(SERVICE_START_TYPES),
});

/** A setting of Windows Update as it stands in the registry. Only those that are set are told. */
export const updateSettingSchema = z.object({
  /** The value's own name: `AUOptions`. */
  name: text(100),
  value: z.union([text(500), z.number().int()]),
  /** Who set it: `group-policy`, `mdm`, or `settings` (a person, in the Settings app). */
  from: word,
});

/** A folder of Windows Update that was set aside. */
export const backupFolderSchema = z.object({
  path: text(500),
  /** `fleetmend` when a run made it, else `foreign`. */
  origin: word,
  /** The run that made it, where the machine's journal still knows. */
  runId: z.uuid().optional(),
  /** When it got this name; known of FleetMend's own. */
  setAsideAt: instant.optional(),
  /** By the file system: when the folder was first made, and when something directly in it last changed. */
  createdAt: instant.optional(),
  modifiedAt: instant.optional(),
  /** Missing until it was measured. */
  bytes: count.optional(),
  files: count.optional(),
});

/** The last time that something went well. */
const successSchema = z.object({
  at: instant,
  /** Who says so: `update-agent`, `registry`, or `client` (it saw it happen). */
  from: word,
});

/** How the client itself is. */
export const clientHealthSchema = z.object({
  startedAt: instant.optional(),
  /** Reports that the server has not taken yet, and those that it never will. */
  waitingReports: count.optional(),
  rejectedReports: count.optional(),
  /** Reports that the client gave up since its outbox was full, ever: those that are worth the least, by kind. */
  droppedReports: z
    .array(z.object({ kind: text(50), count }))
    .max(20)
    .optional(),
  unavailableSources: z
    .array(z.object({ name: text(100), message: text(300) }))
    .max(30)
    .optional(),
  /** How much state and logs take on the disk. */
  dataBytes: count.optional(),
  /** Said once the state was found damaged and made anew. */
  damagedState: text(500).optional(),
  /** How often it ended without being asked to (a crash, a kill, a power cut), and when that was last noticed. */
  unexpectedEnds: count.optional(),
  lastUnexpectedEndAt: instant.optional(),
  lastUnexpectedEndReason: text(300).optional(),
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
    /** EditionID: "Professional". */
    edition: text(100).optional(),
    /** DisplayVersion: "24H2". */
    displayVersion: text(50).optional(),
    /** InstallationType: "Client", "Server", "Server Core". */
    installationType: text(50).optional(),
  }),
  clientVersion: z.string().max(50),
  /** As the firmware says it. */
  hardware: z
    .object({
      manufacturer: text(200).optional(),
      model: text(200).optional(),
      family: text(200).optional(),
    })
    .optional(),
  /** Who administers the machine. */
  join: z
    .object({
      /** `domain`, `workgroup` or `none`. */
      membership: word.optional(),
      /** Of the domain or workgroup. */
      name: text(255).optional(),
      /** Microsoft Entra ID (Azure AD). Together with `domain`: hybrid. */
      entraJoined: z.boolean().optional(),
      entraTenantId: text(100).optional(),
      entraTenantName: text(255).optional(),
    })
    .optional(),
  freeSystemDiskBytes: z.number().int().min(0).optional(),
  services: z.array(serviceSchema).max(50).optional(),
  pendingRestart: z
    .object({ pending: z.boolean(), reasons: z.array(z.string().max(200)).max(20) })
    .optional(),
  updatePolicy: z
    .object({
      /** The WSUS server in use. */
      wsusServer: z.string().max(500).optional(),
      automaticUpdatesDisabled: z.boolean(),
      updateAccessDisabled: z.boolean(),
      /** Everything that is set, as it stands. */
      settings: z.array(updateSettingSchema).max(80).optional(),
    })
    .optional(),
  updateActivity: z
    .object({ lastScan: successSchema.optional(), lastInstall: successSchema.optional() })
    .optional(),
  backups: z
    .object({
      folders: z.array(backupFolderSchema).max(50),
      /** How many more there are than are told. */
      omitted: count.optional(),
    })
    .optional(),
  /** The server's time minus the machine's, in milliseconds: positive when the machine's clock is behind. */
  clockOffsetMs: z.number().int().optional(),
  /** Where Windows takes the time from. The state of w32time stands among the services. */
  timeSource: z
    .object({
      /** `NT5DS` (domain), `NTP`, `AllSync` or `NoSync`. */
      type: word.optional(),
      /** NtpServer, as it stands. */
      servers: text(500).optional(),
    })
    .optional(),
  power: z.object({ onBattery: z.boolean() }).optional(),
  /** Those that the client takes orders for, in every version. */
  playbooks: z
    .array(z.object({ name: text(100), version: z.number().int().min(1) }))
    .max(100)
    .optional(),
  network: z.object({ metered: z.boolean() }).optional(),
  client: clientHealthSchema.optional(),
  bootedAt: z.iso.datetime().optional(),
  /** The machine's time zone as an IANA name, `Europe/Berlin`: maintenance windows may be in its local time. */
  timeZone: z.string().max(60).optional(),
});
export type Inventory = z.infer<typeof inventorySchema>;
