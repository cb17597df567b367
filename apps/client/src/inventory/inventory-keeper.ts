import { type Clock } from '../clock';
import { type Detection } from '../detection/detection';
import { type Log } from '../log';
import { type Outbox } from '../outbox/outbox';
import { type Journal } from '../playbooks/journal';
import { type Settings } from '../settings';
import { type State } from '../state/state';
import { type Windows } from '../windows/windows';
import { BackupLedger } from './backup-ledger';
import { clientHealthOf } from './client-health';
import { FolderSizes } from './folder-sizes';
import { InventoryMaker } from './inventory-maker';
import { timeZone } from './time-zone';
import { InventorySender } from './inventory-sender';
import { UpdateActivity } from './update-activity';

const MADE_EVERY_MS = 3_600_000;

export interface InventoryKeeperParts {
  readonly windows: Windows;
  readonly state: State;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly log: Log;
  readonly outbox: Outbox;
  readonly detection: Detection;
  readonly journal: Journal;
  readonly clockOffsetMs: () => number | undefined;
}

/** Keeps the server's picture of the machine up to date. */
export class InventoryKeeper {
  private readonly backups: BackupLedger;
  private readonly sender: InventorySender;
  private wake = new AbortController();
  private wasConnected = false;

  constructor(private readonly parts: InventoryKeeperParts) {
    const { windows, state, settings, clock, log, outbox, detection, journal } = parts;
    const { machine, directories, registry, updateAgent } = windows;
    const sizes = new FolderSizes(directories, state, clock);
    this.backups = new BackupLedger(machine, directories, journal, sizes);
    const health = {
      ...{ state, outbox, detection, directories },
      dataDirectory: settings.dataDirectory,
      startedAt: clock.now(),
    };
    const maker = new InventoryMaker({
      ...{ windows, clock },
      backups: this.backups,
      activity: new UpdateActivity(updateAgent, registry, state, clock),
      clientHealth: () => clientHealthOf(health),
      clockOffsetMs: parts.clockOffsetMs,
      timeZone,
    });
    this.sender = new InventorySender(maker, state, outbox, clock, log);
  }

  /** Runs until `stop`: every hour, and whenever somebody says that something changed. Never rejects. */
  async run(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      this.wake = new AbortController();
      await this.sender.send();
      // Sizes come later: a full disk must not hold up the rest.
      if (await this.measured(stop)) await this.sender.send();
      await this.parts.clock.sleep(MADE_EVERY_MS, AbortSignal.any([stop, this.wake.signal]));
    }
  }

  /** Something changed, a run ended for instance: the inventory is made anew soon. */
  refresh(): void {
    this.wake.abort();
  }

  /** There is a connection: the first one tells how far the clocks differ. */
  connected(): void {
    if (this.wasConnected) return;
    this.wasConnected = true;
    this.refresh();
  }

  private async measured(stop: AbortSignal): Promise<boolean> {
    try {
      return await this.backups.measure(stop);
    } catch (error) {
      this.parts.log.warn('Folders could not be measured.', { error });
      return false;
    }
  }
}
