import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnModuleInit,
} from '@nestjs/common';
import {
  ORDERS_WAITING,
  type RetryAfter,
  SERVER_CLOSING,
  UPDATE_WAITING,
} from '@fleetmend/client-protocol';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import { CONFIG, type Config } from '../../platform/config';
import { Events, type ServerEvents } from '../../platform/events';
import { farewellWait } from './admission';
import type { KeyUse } from './key-uses';
import { Presence, type PresentConnection } from './presence';

/** So many nudges are sent before other work gets its turn: ten thousand at once would block it for 200 ms. */
const NUDGES_AT_ONCE = 250;

/** How long the last goodbyes may take, in ms: what is left is cleared as that of a server that was killed. */
const FAREWELL = 5_000;

/** An accepted connection, without the socket library. */
export interface MachineConnection extends PresentConnection {
  readonly use: KeyUse;
  send(message: string, content?: object): void;
  close(): void;
}

/** Which machines are connected to this server: one connection each, the newest. */
@Injectable()
export class ConnectionsService implements OnModuleInit, BeforeApplicationShutdown {
  private readonly connections = new Map<string, MachineConnection>();
  private stopping = false;

  constructor(
    private readonly presence: Presence,
    private readonly events: Events,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** How many machines are connected. */
  get count(): number {
    return this.connections.size;
  }

  /** Who has the connection of a machine. */
  useOf(machineId: string): KeyUse | undefined {
    return this.connections.get(machineId)?.use;
  }

  onModuleInit(): void {
    this.events.on('orders-waiting', ({ machineIds }) => this.nudge([ORDERS_WAITING], machineIds));
    this.events.on('update-waiting', ({ machineIds }) => this.nudge([UPDATE_WAITING], machineIds));
    this.events.on('machines-moved', ({ connections }) => {
      this.dropOlder(connections);
    });
    this.events.on('events-missed', () => this.catchUp());
    const drop = ({ machineId }: { readonly machineId: string }) => {
      this.connections.get(machineId)?.close();
    };
    this.events.on('machine-retired', drop);
    this.events.on('machine-enrolled-again', drop);
  }

  /** Takes a connection that has proved itself; an older one of the same machine is closed. */
  opened(connection: MachineConnection): void {
    if (this.stopping) {
      connection.close();
      return;
    }
    const older = this.connections.get(connection.machineId);
    this.connections.set(connection.machineId, connection);
    this.presence.arrived(connection);
    older?.close();
  }

  /** A connection is over. One that another has displaced says nothing about its machine. */
  closed(connection: MachineConnection): void {
    if (this.connections.get(connection.machineId) === connection) {
      this.connections.delete(connection.machineId);
    }
    this.presence.left(connection);
  }

  /**
   * Tells every client when to come back, closes its connection, and waits until all goodbyes are written, unless the
   * database is away.
   */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    const connections = [...this.connections.values()];
    for (const [index, connection] of connections.entries()) {
      const retryAfterSeconds = farewellWait(
        index,
        connections.length,
        this.config.handshakesPerSecond,
      );
      connection.send(SERVER_CLOSING, { retryAfterSeconds } satisfies RetryAfter);
      connection.close();
    }
    await this.presence.end(FAREWELL);
  }

  /** Tells those of the machines that are connected that something waits. A nudge that gets lost costs nothing. */
  private async nudge(
    messages: readonly string[],
    machineIds: readonly string[],
    pause: () => Promise<unknown> = nextTurn,
  ): Promise<void> {
    for (let from = 0; from < machineIds.length; from += NUDGES_AT_ONCE) {
      for (const machineId of machineIds.slice(from, from + NUDGES_AT_ONCE)) {
        for (const message of messages) this.connections.get(machineId)?.send(message);
      }
      await pause();
    }
  }

  /** These machines have connected anew, perhaps to another server: what they had here is over, if it is older. */
  private dropOlder(newest: ServerEvents['machines-moved']['connections']): void {
    for (const { machineId, number } of newest) {
      const connection = this.connections.get(machineId);
      if ((connection?.number ?? number) < number) connection?.close();
    }
  }

  /**
   * Something may have been told that was not heard: who is connected here is said anew, what doesn't count any more is
   * closed, and all others ask for what waits, as many at once as may connect.
   */
  private async catchUp(): Promise<void> {
    if (this.stopping) return;
    this.presence.claim(() => this.connections.values());
    const pause = (NUDGES_AT_ONCE / this.config.handshakesPerSecond) * 1000;
    await this.nudge([ORDERS_WAITING, UPDATE_WAITING], [...this.connections.keys()], () =>
      delay(pause, undefined, { ref: false }),
    );
  }
}
