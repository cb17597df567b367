import { Injectable } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { Clock } from '../../platform/clock';
import { ClusterNode } from '../../platform/cluster';
import { Database, type Transaction } from '../../platform/database';
import { Events } from '../../platform/events';
import { Logger } from '../../platform/logging';
import { MachineRegistryRepository, type NumberedConnection } from '../machines';
import type { KeyUse } from './key-uses';

/** The most machines that one transaction writes. */
const BATCH = 1000;
/** How long to wait before another try, in ms, while the database is away. */
const RETRY = 1000;

/** A connection as presence sees it; its number is there once it has been written. */
export interface PresentConnection {
  readonly machineId: string;
  readonly clientVersion: string;
  readonly use?: KeyUse;
  number?: number;
  /** Ends it: its machine isn't there any more. */
  close?(): void;
}

/** What is to be written of one machine: everything that came is folded into how it stands in the end. */
interface Change {
  /** The newest connection since the last write; it alone gets a number. */
  arrived?: PresentConnection;
  /** Those that have ended since; of them only the one whose number is the machine's makes a difference. */
  left: PresentConnection[];
}

/**
 * Writes who is online. While one transaction is under way, changes gather for the next, so that a storm of a thousand
 * costs two statements. A goodbye carries the number of its connection: one that comes late changes nothing.
 */
@Injectable()
export class Presence {
  private changes = new Map<string, Change>();
  private writing: Promise<void> | undefined;
  private claimDue: (() => Iterable<PresentConnection>) | undefined;
  private readonly over = new AbortController();

  constructor(
    private readonly machines: MachineRegistryRepository,
    private readonly database: Database,
    private readonly events: Events,
    private readonly clock: Clock,
    private readonly logger: Logger,
    private readonly node: ClusterNode,
  ) {}

  arrived(connection: PresentConnection): void {
    const change = this.changeOf(connection.machineId);
    change.arrived = connection;
    change.left = [];
    this.write();
  }

  left(connection: PresentConnection): void {
    const change = this.changeOf(connection.machineId);
    // An older connection of a machine that is back already says nothing about the machine.
    if (change.arrived === undefined || change.arrived === connection) {
      change.left.push(connection);
    }
    this.write();
  }

  /**
   * Others may have taken this server for gone: says anew who is connected to it. Connections that are not the newest of
   * their machine any more are closed.
   */
  claim(connections: () => Iterable<PresentConnection>): void {
    this.claimDue = connections;
    this.write();
  }

  /** Resolves when everything so far is written. */
  async settled(): Promise<void> {
    while (this.writing) await this.writing;
  }

  /** The last of what waits is written, unless that takes longer than `milliseconds`; then nothing more ever is. */
  async end(milliseconds: number): Promise<void> {
    const late = new AbortController();
    const limit = delay(milliseconds, undefined, { signal: late.signal }).catch(() => undefined);
    await Promise.race([this.settled(), limit]);
    late.abort();
    this.over.abort();
  }

  private changeOf(machineId: string): Change {
    const change = this.changes.get(machineId) ?? { left: [] };
    this.changes.set(machineId, change);
    return change;
  }

  private write(): void {
    this.writing ??= this.writeAll().finally(() => {
      this.writing = undefined;
    });
  }

  private async writeAll(): Promise<void> {
    // What happens in this very turn belongs together.
    await Promise.resolve();
    while ((this.changes.size > 0 || this.claimDue) && !this.over.signal.aborted) {
      if (this.claimDue) await this.writeClaim(this.claimDue);
      if (this.changes.size === 0) continue;
      const batch = new Map([...this.changes].slice(0, BATCH));
      for (const machineId of batch.keys()) this.changes.delete(machineId);
      try {
        await this.database.inTransaction((transaction) => this.writeBatch(transaction, batch));
      } catch (error) {
        this.logger.warn({ err: error, machines: batch.size }, 'presence can not be written');
        this.putBack(batch);
        await this.rest();
      }
    }
  }

  /** What ends meanwhile is written afterwards, as its goodbye comes later. */
  private async writeClaim(connections: () => Iterable<PresentConnection>): Promise<void> {
    this.claimDue = undefined;
    const numbered = [...connections()].flatMap((connection) => {
      const { machineId, number } = connection;
      return number === undefined ? [] : [{ connection, machineId, number }];
    });
    try {
      for (let from = 0; from < numbered.length; from += BATCH) {
        const batch = numbered.slice(from, from + BATCH);
        const over = new Set(
          await this.database.inTransaction((transaction) =>
            this.machines.stillConnected(transaction, batch, this.node.id, this.clock.now()),
          ),
        );
        for (const { connection } of batch)
          if (over.has(connection.machineId)) connection.close?.();
      }
    } catch (error) {
      this.logger.warn({ err: error }, 'presence can not be written');
      this.claimDue = connections;
      await this.rest();
    }
  }

  private async rest(): Promise<void> {
    await delay(RETRY, undefined, { signal: this.over.signal }).catch(() => undefined);
  }

  private async writeBatch(
    transaction: Transaction,
    batch: ReadonlyMap<string, Change>,
  ): Promise<void> {
    const now = this.clock.now();
    const arrived = [...batch.values()].flatMap((change) => change.arrived ?? []);
    if (arrived.length > 0) {
      const numbers = await this.machines.connected(
        transaction,
        arrived.map(({ machineId, clientVersion, use }) => ({
          ...{ machineId, clientVersion, instanceId: use?.instanceId, hints: use?.hints },
        })),
        now,
        this.node.id,
      );
      for (const { machineId, number } of numbers) {
        const newest = batch.get(machineId)?.arrived;
        if (newest) newest.number = number;
      }
      this.tellMoved(transaction, numbers);
      // Retired between its handshake and now.
      for (const connection of arrived) if (connection.number === undefined) connection.close?.();
    }
    const left = [...batch.values()].flatMap((change) =>
      change.left.flatMap(({ machineId, number }) =>
        number === undefined ? [] : [{ machineId, number }],
      ),
    );
    if (left.length > 0) await this.machines.disconnected(transaction, left, now);
    this.events.tell(transaction, 'machines-changed', { machineIds: [...batch.keys()] });
  }

  /** Their connections elsewhere are over, whether that server knows it or not. */
  private tellMoved(transaction: Transaction, arrived: readonly NumberedConnection[]): void {
    const connections = arrived.flatMap(({ machineId, number, before }) =>
      before !== null && this.node.isOther(before) ? [{ machineId, number }] : [],
    );
    if (connections.length > 0) this.events.tell(transaction, 'machines-moved', { connections });
  }

  /** The batch wasn't written: it goes before what has come since. */
  private putBack(batch: ReadonlyMap<string, Change>): void {
    for (const [machineId, before] of batch) {
      const since = this.changes.get(machineId);
      const arrived = since?.arrived ?? before.arrived;
      const left = [...(since?.arrived ? [] : before.left), ...(since?.left ?? [])];
      this.changes.set(machineId, { ...(arrived && { arrived }), left });
    }
  }
}
