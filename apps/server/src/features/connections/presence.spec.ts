import * as fc from 'fast-check';
import { Clock } from '../../platform/clock';
import type { ClusterNode } from '../../platform/cluster';
import type { Database, Transaction } from '../../platform/database';
import { Events } from '../../platform/events';
import { Logger } from '../../platform/logging';
import type { MachineConnection, MachineRegistryRepository } from '../machines';
import { Presence, type PresentConnection } from './presence';

/** The machines table as the statements of the registry change it; each transaction waits its turn. */
class Registry {
  readonly online = new Map<string, boolean>();
  readonly numbers = new Map<string, number>();

  connected(_: unknown, machines: readonly PresentConnection[]): Promise<MachineConnection[]> {
    const answer = [...new Set(machines.map(({ machineId }) => machineId))].map((machineId) => {
      const number = (this.numbers.get(machineId) ?? 0) + 1;
      this.numbers.set(machineId, number);
      this.online.set(machineId, true);
      return { machineId, number };
    });
    return Promise.resolve(answer);
  }

  disconnected(_: unknown, connections: readonly MachineConnection[]): Promise<string[]> {
    const gone = connections.filter((each) => this.numbers.get(each.machineId) === each.number);
    for (const { machineId } of gone) this.online.set(machineId, false);
    return Promise.resolve(gone.map(({ machineId }) => machineId));
  }
}

function presenceOver(registry: Registry): Presence {
  const transaction: Pick<Transaction, 'afterCommit'> = {
    afterCommit: (callback) => {
      callback();
    },
  };
  const database = {
    inTransaction: async (work: (open: typeof transaction) => Promise<void>) => {
      await new Promise((resolve) => setImmediate(resolve));
      await work(transaction);
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
  const logger = Logger.open('silent');
  return new Presence(
    registry as unknown as MachineRegistryRepository,
    database as unknown as Database,
    new Events(logger),
    new Clock(),
    logger,
    { id: 'here', isOther: () => false } as unknown as ClusterNode,
  );
}

describe('Presence', () => {
  it('ends with who is connected, in whatever order goodbyes come and writes happen', async () => {
    const step = fc.oneof(
      fc.record({ act: fc.constant('arrive' as const), machine: fc.constantFrom('a', 'b') }),
      fc.record({ act: fc.constant('leave' as const), which: fc.nat({ max: 5 }) }),
      fc.record({ act: fc.constant('wait' as const), turns: fc.integer({ min: 1, max: 4 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const registry = new Registry();
        const presence = presenceOver(registry);
        const all: PresentConnection[] = [];
        const open: PresentConnection[] = [];
        for (const each of steps) {
          if (each.act === 'arrive') {
            const connection = { machineId: each.machine, clientVersion: '1' };
            all.push(connection);
            open.push(connection);
            presence.arrived(connection);
          } else if (each.act === 'leave') {
            // Any of the open ones: the goodbye of an older connection may come after the newer has arrived.
            const [left] = open.splice(each.which % Math.max(1, open.length), 1);
            if (left) presence.left(left);
          } else {
            for (let turn = 0; turn < each.turns; turn++) {
              await new Promise((resolve) => setImmediate(resolve));
            }
          }
        }
        await presence.settled();
        for (const [machineId, online] of registry.online) {
          const newest = all.findLast((connection) => connection.machineId === machineId);
          expect(online).toBe(newest !== undefined && open.includes(newest));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('keeps what it could not write, and writes it later', async () => {
    const registry = new Registry();
    const presence = presenceOver(registry);
    let failures = 1;
    const connected = registry.connected.bind(registry);
    registry.connected = (...args) =>
      failures-- > 0 ? Promise.reject(new Error('away')) : connected(...args);
    const connection = { machineId: 'a', clientVersion: '1' };
    presence.arrived(connection);
    await presence.settled();
    expect(registry.online.get('a')).toBe(true);
  });
  it('gives up at the end when the database stays away, and tries no more', async () => {
    const registry = new Registry();
    const presence = presenceOver(registry);
    let tries = 0;
    registry.connected = () => {
      tries += 1;
      return Promise.reject(new Error('away'));
    };
    presence.arrived({ machineId: 'a', clientVersion: '1' });
    await presence.end(20);
    await presence.settled();
    presence.arrived({ machineId: 'b', clientVersion: '1' });
    await presence.settled();
    expect(tries).toBe(1);
  });
});
