import * as fc from 'fast-check';
import { Clock } from '../../platform/clock';
import type { ClusterNode } from '../../platform/cluster';
import type { Database, Transaction } from '../../platform/database';
import { Events } from '../../platform/events';
import { Logger } from '../../platform/logging';
import type { MachineConnection, MachineRegistryRepository, NumberedConnection } from '../machines';
import { Presence, type PresentConnection } from './presence';

const MACHINES = ['a', 'b', 'c'];
const NODES = ['one', 'two', 'three'];

/** The machines table as the statements of the registry change it. */
class Registry {
  readonly rows = new Map<string, { number: number; online: boolean; node: string }>();

  connected(
    _: unknown,
    machines: readonly PresentConnection[],
    __: Date,
    node: string,
  ): Promise<NumberedConnection[]> {
    const answer = machines.map(({ machineId }) => {
      const before = this.rows.get(machineId);
      const number = (before?.number ?? 0) + 1;
      this.rows.set(machineId, { number, online: true, node });
      return { machineId, number, before: before?.online === true ? before.node : null };
    });
    return Promise.resolve(answer);
  }

  disconnected(_: unknown, connections: readonly MachineConnection[]): Promise<string[]> {
    for (const { machineId, number } of connections) {
      const row = this.rows.get(machineId);
      if (row?.number === number) row.online = false;
    }
    return Promise.resolve([]);
  }

  stillConnected(
    _: unknown,
    connections: readonly MachineConnection[],
    node: string,
  ): Promise<string[]> {
    const over: string[] = [];
    for (const { machineId, number } of connections) {
      const row = this.rows.get(machineId);
      if (row?.number === number) Object.assign(row, { online: true, node });
      else over.push(machineId);
    }
    return Promise.resolve(over);
  }

  /** Somebody takes the server for gone. */
  lose(node: string): void {
    for (const row of this.rows.values()) if (row.node === node) row.online = false;
  }
}

/** A connection of the test; closing it is heard of a moment later, as with a socket. */
class Connection implements PresentConnection {
  readonly clientVersion = '1';
  number?: number;
  isOpen = true;

  constructor(
    readonly machineId: string,
    private readonly at: Server,
  ) {}

  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    setImmediate(() => {
      this.at.closed(this);
    });
  }
}

/** A server as far as presence goes: the newest connection of each machine, and what is written of it. */
class Server {
  readonly connections = new Map<string, Connection>();
  readonly presence: Presence;

  constructor(registry: Registry, id: string, events: Events) {
    const logger = Logger.open('silent');
    const transaction: Pick<Transaction, 'afterCommit'> = {
      afterCommit: (callback) => {
        setImmediate(callback);
      },
    };
    const database = {
      inTransaction: async (work: (open: typeof transaction) => Promise<unknown>) => {
        await new Promise((resolve) => setImmediate(resolve));
        const result = await work(transaction);
        await new Promise((resolve) => setImmediate(resolve));
        return result;
      },
    };
    this.presence = new Presence(
      registry as unknown as MachineRegistryRepository,
      database as unknown as Database,
      events,
      new Clock(),
      logger,
      { id, isOther: (other: string) => other !== id } as unknown as ClusterNode,
    );
    events.on('machines-moved', ({ connections }) => {
      for (const { machineId, number } of connections) {
        const connection = this.connections.get(machineId);
        if ((connection?.number ?? number) < number) connection?.close();
      }
    });
  }

  open(machineId: string): void {
    const connection = new Connection(machineId, this);
    const older = this.connections.get(machineId);
    this.connections.set(machineId, connection);
    this.presence.arrived(connection);
    older?.close();
  }

  closed(connection: Connection): void {
    if (this.connections.get(connection.machineId) === connection) {
      this.connections.delete(connection.machineId);
    }
    this.presence.left(connection);
  }
}

const step = fc.oneof(
  fc.record({
    act: fc.constantFrom('open' as const, 'close' as const),
    machine: fc.constantFrom(...MACHINES),
    node: fc.nat({ max: NODES.length - 1 }),
  }),
  fc.record({ act: fc.constant('lose' as const), node: fc.nat({ max: NODES.length - 1 }) }),
  fc.record({ act: fc.constant('wait' as const), node: fc.integer({ min: 1, max: 6 }) }),
);

describe('presence on several servers', () => {
  it('ends with one connection of each machine at most, and says where it is', async () => {
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 50 }), async (steps) => {
        const registry = new Registry();
        const events = new Events(Logger.open('silent'));
        const servers = NODES.map((id) => new Server(registry, id, events));
        const settled = async () => {
          for (let round = 0; round < 12; round++) {
            for (const { presence } of servers) await presence.settled();
            await turn();
          }
        };
        for (const each of steps) {
          const server = servers[each.node];
          if (each.act === 'open') server?.open(each.machine);
          else if (each.act === 'close') server?.connections.get(each.machine)?.close();
          else if (each.act === 'lose') registry.lose(NODES[each.node] ?? '');
          else for (let turns = 0; turns < each.node; turns++) await turn();
        }
        // Who was taken for gone finds out.
        for (const { presence, connections } of servers) presence.claim(() => connections.values());
        await settled();
        for (const machine of MACHINES) {
          const holders = servers.flatMap(({ connections }, index) => {
            const connection = connections.get(machine);
            return connection ? [{ node: NODES[index], number: connection.number }] : [];
          });
          const row = registry.rows.get(machine);
          expect(holders).toEqual(row?.online ? [{ node: row.node, number: row.number }] : []);
        }
      }),
      { numRuns: 200 },
    );
  });
});
