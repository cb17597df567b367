import { type BeforeApplicationShutdown, Injectable, type OnModuleInit } from '@nestjs/common';
import { ORDERS_WAITING } from '@fleetmend/client-protocol';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Events } from '../../platform/events';
import { Presence, type PresentConnection } from './presence';

/** So many nudges are sent before other work gets its turn: ten thousand at once would block it for 200 ms. */
const NUDGES_AT_ONCE = 250;

/** How long the last goodbyes may take, in ms: the next start clears what is left. */
const FAREWELL = 5_000;

/** An accepted connection, without the socket library. */
export interface MachineConnection extends PresentConnection {
  send(message: string): void;
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
  ) {}

  /** How many machines are connected. */
  get count(): number {
    return this.connections.size;
  }

  async onModuleInit(): Promise<void> {
    await this.presence.reset();
    this.events.on('orders-waiting', ({ machineIds }) => this.nudge(machineIds));
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

  /** Says goodbye for everyone and waits until that is written, unless the database is away. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    for (const connection of [...this.connections.values()]) connection.close();
    await this.presence.end(FAREWELL);
  }

  /** Tells those of the machines that are connected that orders wait. A nudge that gets lost costs nothing. */
  private async nudge(machineIds: readonly string[]): Promise<void> {
    for (let from = 0; from < machineIds.length; from += NUDGES_AT_ONCE) {
      for (const machineId of machineIds.slice(from, from + NUDGES_AT_ONCE)) {
        this.connections.get(machineId)?.send(ORDERS_WAITING);
      }
      await nextTurn();
    }
  }
}
