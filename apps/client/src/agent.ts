import { type Clock } from './clock';
import { Connection, type ConnectionEvents } from './connection/connection';
import { Pauses, type Waits } from './connection/pauses';
import { type RouteFinder, routesFrom } from './connection/route-finder';
import { ServerClock } from './connection/server-clock';
import { watchForWaking } from './connection/wake-watch';
import { Detection } from './detection/detection';
import { EVENT_FEEDS } from './detection/event-feeds';
import { EventWatch } from './detection/event-watch';
import { sourcesOf } from './detection/sources';
import { Watcher } from './detection/watcher';
import { type Self } from './identity/own-hints';
import { InventoryKeeper } from './inventory/inventory-keeper';
import { freeMemory, SETTLED_MS } from './free-memory';
import { type Log } from './log';
import { OrderDesk } from './orders/order-desk';
import { OrderFetcher } from './orders/order-fetcher';
import { deliver } from './outbox/delivery';
import { Outbox } from './outbox/outbox';
import { Pace } from './outbox/pace';
import { thriftOf } from './outbox/thrift';
import { Caretaker } from './playbooks/caretaker';
import { crashWatcher } from './playbooks/crash-point';
import { Executor } from './playbooks/executor';
import { Journal } from './playbooks/journal';
import { pruneJournal } from './playbooks/journal-bounds';
import { Runner } from './playbooks/runner';
import { type Settings } from './settings';
import { type Identity } from './state/identity';
import { readMetadata, writeMetadata } from './state/metadata';
import { type State } from './state/state';
import { type Vault } from './state/vault';
import { type Installation, Updater } from './updates/updater';
import { NO_SERVER_TIME, type ServerTime } from './time/server-time';
import { SntpServers } from './time/sntp';
import { type Windows } from './windows/windows';

/** What a running client is made of, apart from its connection: also what works without a server. */
export interface Workshop {
  readonly outbox: Outbox;
  readonly detection: Detection;
  readonly journal: Journal;
  readonly executor: Executor;
  readonly watchedFiles: readonly string[];
}

export interface AgentParts {
  readonly windows: Windows;
  readonly state: State;
  readonly vault: Vault;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly log: Log;
  /** Until it resolves nothing is begun that may have killed the client before: it connects and delivers, no more. */
  readonly quiet?: Promise<void> | undefined;
  /** Undefined in a console: only a service can be updated. */
  readonly installation?: Installation | undefined;
}

const DAY_MS = 24 * 3_600_000;
const CARE_MS = 5 * 60_000;

/** Puts detection, journal and executor together. */
export function workshopOf(
  parts: Omit<AgentParts, 'vault'>,
  serverTime: ServerTime = NO_SERVER_TIME,
): Workshop {
  const { windows, state, settings, clock, log } = parts;
  const outbox = new Outbox(state, log);
  const { readers, watchedFiles, reportingEventsPath } = sourcesOf(windows, clock);
  const detection = new Detection(readers, state, outbox, clock, log);
  const journal = new Journal(state, outbox, clock, crashWatcher(settings.crashAt));
  const executor = new Executor({
    windows,
    journal,
    observations: detection,
    serverTime,
    timeServers: new SntpServers(clock),
    clock,
    log,
    reportingEventsPath,
  });
  return { outbox, detection, journal, executor, watchedFiles };
}

/** The client at work: detects, reports, takes orders and carries them out, until it is told to stop. */
export class Agent {
  private readonly workshop: Workshop;
  private readonly serverClock: ServerClock;
  private readonly serverTime: ServerTime;

  constructor(
    private readonly identity: Identity,
    private readonly parts: AgentParts,
    /** What the server is told in handshakes. */
    private readonly self?: Self,
  ) {
    const serverClock = new ServerClock(parts.state, parts.clock, parts.windows.machine);
    this.serverClock = serverClock;
    this.serverTime = {
      offsetMs: () => serverClock.measuredOffsetMs(),
      isAuthenticated: new URL(identity.serverUrl).protocol === 'https:',
    };
    this.workshop = workshopOf(parts, this.serverTime);
  }

  /**
   * Works until `stop`; resolves when everything has reached a safe point. `onClonedKey` hears that the server takes the
   * key for another computer's.
   */
  async run(stop: AbortSignal, onClonedKey: () => void = () => undefined): Promise<void> {
    const { state, settings, clock, log, quiet = Promise.resolve() } = this.parts;
    const { detection, journal, executor, outbox, watchedFiles } = this.workshop;
    const waits = { baseMs: settings.reconnectBaseMs, capMs: settings.reconnectCapMs };
    const orders = new OrderFetcher(this.orderDesk(), clock, log, waits, () => {
      runner.look();
    });
    const inventory = this.inventoryKeeper();
    const runner = new Runner(journal, executor, state, clock, log, () => {
      orders.ask();
      inventory.refresh();
    });
    const updater = this.updater(waits);
    const pace = new Pace();
    const thrift = thriftOf(settings.metered, this.parts.windows.network, clock);
    const connection = this.connectionFor(waits, {
      connected: async (session) => {
        const proceed = () => {
          orders.connected(session);
        };
        if (updater) updater.connected(session, () => void quiet.then(proceed));
        else void quiet.then(proceed);
        void quiet.then(() => {
          inventory.connected();
        });
        await deliver({
          ...{ session, outbox, clock, log, waits, pace, thrift },
          accepted: () => {
            connection.thrives();
          },
        });
      },
      ordersWaiting: () => {
        void quiet.then(() => {
          orders.ask();
        });
      },
      updateWaiting: () => {
        updater?.ask();
      },
      changed: (status) => {
        this.remember({ ...status, at: clock.now().toISOString() });
      },
      refused: (reason) => {
        if (reason === 'cloned-key') onClonedKey();
      },
    });
    detection.reportTo(this.identity.machineId);
    const eventWatch = new EventWatch(this.parts.windows.eventLog, EVENT_FEEDS, log);
    const watched = { events: eventWatch, files: watchedFiles };
    const watcher = new Watcher(detection, watched, settings.pollMs, clock, log);
    await Promise.all([
      quiet.then(() => runner.run(stop)),
      quiet.then(() => watcher.run(stop)),
      connection.run(stop),
      this.watchTheNetwork(connection, stop),
      quiet.then(() => inventory.run(stop)),
      updater?.run(stop),
      quiet.then(() => this.keepHouse(stop)),
      this.takeCare(stop),
    ]);
    this.remember({ state: 'disconnected', message: 'The client is not running.' });
  }

  private connectionFor(waits: Waits, events: ConnectionEvents): Connection {
    const { identity, serverClock, self } = this;
    const { windows, state, clock, log } = this.parts;
    const { machine } = windows;
    return new Connection({
      identity,
      serverClock,
      greeting: self,
      pauses: new Pauses(state, clock, machine, waits),
      routes: this.routes(),
      clock,
      log,
      events,
    });
  }

  private async isMetered(): Promise<boolean> {
    const { settings, windows } = this.parts;
    const cost = () => windows.network.cost().catch(() => 'unknown');
    return settings.metered ?? (await cost()) === 'metered';
  }

  private routes(): RouteFinder {
    const { windows, state, vault, settings, log } = this.parts;
    const { network } = windows;
    return routesFrom({ state, vault, network, environment: settings.proxies, log });
  }

  /** What may bring the server back into reach, or may have cut a connection without a word. */
  private async watchTheNetwork(connection: Connection, stop: AbortSignal): Promise<void> {
    const { windows, clock, log } = this.parts;
    const hurry = () => {
      connection.hurry();
    };
    let end: () => void = () => undefined;
    try {
      end = windows.network.onChange(hurry);
    } catch (error) {
      log.warn('Changes of the network are not noticed.', { error });
    }
    await watchForWaking(clock, windows.machine, hurry, stop);
    end();
  }

  private orderDesk(): OrderDesk {
    const { outbox, journal } = this.workshop;
    const { identity, serverClock } = this;
    return new OrderDesk({
      ...this.parts,
      ...{ identity, outbox, journal, serverClock, serverTime: this.serverTime },
    });
  }

  private inventoryKeeper(): InventoryKeeper {
    const { state } = this.parts;
    return new InventoryKeeper({
      ...this.parts,
      ...this.workshop,
      clockOffsetMs: () =>
        readMetadata(state, 'clock-offset') === undefined ? undefined : this.serverClock.offsetMs(),
    });
  }

  private updater(waits: { baseMs: number; capMs: number }): Updater | undefined {
    const { identity, serverClock, parts } = this;
    const { installation } = parts;
    if (!installation) return undefined;
    const { outbox, journal } = this.workshop;
    return new Updater({
      ...{ ...parts, installation, identity, serverClock, outbox, waits, runs: journal },
      routes: this.routes(),
      isMetered: () => this.isMetered(),
      directories: parts.windows.directories,
      dataDirectory: parts.settings.dataDirectory,
    });
  }

  private async keepHouse(stop: AbortSignal): Promise<void> {
    const { clock } = this.parts;
    while (!stop.aborted) {
      await this.prune();
      await clock.sleep(SETTLED_MS, stop);
      freeMemory();
      await clock.sleep(DAY_MS, stop);
    }
  }

  private async takeCare(stop: AbortSignal): Promise<void> {
    const { windows, state, clock, log } = this.parts;
    const caretaker = new Caretaker(windows, state, this.workshop.journal, clock, log);
    while (!stop.aborted) {
      try {
        await caretaker.look();
      } catch (error) {
        log.error('Services could not be looked after.', { error });
      }
      await clock.sleep(CARE_MS, stop);
    }
  }

  private async prune(): Promise<void> {
    try {
      const { detection, journal, outbox } = this.workshop;
      detection.prune();
      const { serverTime } = this;
      const parts = { ...this.parts, serverTime };
      await pruneJournal(this.parts.state, journal, outbox.runs(), parts);
    } catch (error) {
      this.parts.log.warn('Old records could not be removed.', { error });
    }
  }

  private remember(status: object): void {
    try {
      writeMetadata(this.parts.state, 'connection', JSON.stringify(status));
    } catch (error) {
      this.parts.log.warn('The state of the connection could not be noted.', { error });
    }
  }
}
