import { type Inventory, inventorySchema } from '@fleetmend/client-protocol';
import { KNOWN_PLAYBOOKS } from '@fleetmend/domain';
import { type Clock } from '../clock';
import { CLIENT_VERSION } from '../version';
import { type Windows } from '../windows/windows';
import { type BackupLedger } from './backup-ledger';
import { hardwareOf } from './hardware';
import { joinOf } from './join';
import { operatingSystemOf } from './operating-system';
import { maybe, words } from './reading';
import { servicesOf } from './services';
import { timeSourceOf } from './time-source';
import { type UpdateActivity } from './update-activity';
import { updatePolicyOf } from './update-policy';

const MINUTE_MS = 60_000;

export interface InventoryParts {
  readonly windows: Windows;
  readonly clock: Clock;
  readonly activity: Pick<UpdateActivity, 'read'>;
  readonly backups: Pick<BackupLedger, 'read'>;
  readonly clientHealth: () => Promise<Inventory['client']>;
  /** The server's time minus the machine's; nothing before the server said what time it is. */
  readonly clockOffsetMs: () => number | undefined;
  /** An IANA name. */
  readonly timeZone: () => string | undefined;
}

/** Puts together what the machine is, of what Windows tells; what it refuses is left out. */
export class InventoryMaker {
  constructor(private readonly parts: InventoryParts) {}

  /** Reads registry, services and folder names; asks for nothing that takes long. */
  async make(): Promise<Inventory> {
    const { windows, clock, activity, backups, clientHealth, clockOffsetMs, timeZone } = this.parts;
    const { machine, registry, services, directories } = windows;
    const restart = await maybe(() => machine.pendingRestart());
    const offset = clockOffsetMs();
    const cost = (await maybe(() => windows.network.cost())) ?? 'unknown';
    const onBattery = await maybe(() => machine.onBattery());
    const bootedAt = clock.now().getTime() - machine.uptimeMilliseconds();
    return inventorySchema.parse({
      hostname: words(machine.hostname(), 255) ?? 'unnamed',
      domain: words(await maybe(() => machine.dnsDomain()), 255),
      os: await operatingSystemOf(registry, machine),
      clientVersion: CLIENT_VERSION,
      hardware: await maybe(() => hardwareOf(registry)),
      join: await joinOf(registry, machine),
      freeSystemDiskBytes: await maybe(() => directories.freeBytes(machine.windowsDirectory)),
      services: await servicesOf(services),
      pendingRestart: restart && { pending: restart.pending, reasons: [...restart.reasons] },
      updatePolicy: await maybe(() => updatePolicyOf(registry)),
      updateActivity: await activity.read(),
      backups: await maybe(() => backups.read()),
      clockOffsetMs: offset === undefined ? undefined : Math.round(offset),
      timeZone: timeZone(),
      timeSource: await maybe(() => timeSourceOf(registry)),
      power: onBattery === undefined ? undefined : { onBattery },
      playbooks: KNOWN_PLAYBOOKS.map((playbook) => ({ ...playbook })),
      network: cost === 'unknown' ? undefined : { metered: cost === 'metered' },
      client: await maybe(clientHealth),
      bootedAt: new Date(Math.round(bootedAt / MINUTE_MS) * MINUTE_MS).toISOString(),
    });
  }
}
