import { generateKeyPairSync } from 'node:crypto';
import { getEventListeners } from 'node:events';
import { ProtocolServer } from '../../testing/protocol-server';
import { removeTemporaryFolders, temporaryFolder } from '../../testing/temporary-folder';
import { type Clock, systemClock } from '../clock';
import { silentLog } from '../log';
import { privateKeySchema } from '../state/identity';
import { openState } from '../state/open-state';
import { type State } from '../state/state';
import { Connection, type ConnectionStatus } from './connection';
import { Pauses, type Waits } from './pauses';
import { Route } from './route';
import { ServerClock } from './server-clock';

describe('Connection', () => {
  let server: ProtocolServer;
  let state: State;
  let stop: AbortController;

  beforeEach(async () => {
    server = await ProtocolServer.start();
    state = openState(temporaryFolder(), silentLog);
    stop = new AbortController();
  });
  afterEach(async () => {
    stop.abort();
    await server.close();
    state.close();
    removeTemporaryFolders();
  });

  /** Connects until `connections` of them stood, each of which the server cuts at once; resolves when it has ended. */
  const live = async (
    connections: number,
    end: () => void = () => {
      server.cut();
    },
  ): Promise<number[]> => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const key = privateKeySchema.parse(privateKey.export({ format: 'jwk' }));
    server.knows({ kty: key.kty, crv: key.crv, x: key.x });
    const { url, serverId, machineId } = server;
    const identity = { machineId, serverId, serverUrl: url, serverKey: server.key };
    const listeners: number[] = [];
    const machine = { uptimeMilliseconds: () => performance.now() };
    const connection = new Connection({
      identity: { ...identity, privateKey: key, enrolledAt: new Date() },
      serverClock: new ServerClock(state, systemClock, machine),
      pauses: new Pauses(state, systemClock, machine, { baseMs: 1, capMs: 1 }),
      routes: { waysTo: (server) => Promise.resolve([new Route(server, undefined)]) },
      clock: systemClock,
      log: silentLog,
      events: {
        connected: () => {
          listeners.push(getEventListeners(stop.signal, 'abort').length);
          end();
          return Promise.resolve();
        },
        ordersWaiting: () => undefined,
        updateWaiting: () => undefined,
        changed: ({ state: standing }) => {
          if (standing === 'disconnected' && listeners.length === connections) stop.abort();
        },
      },
    });
    await connection.run(stop.signal);
    return listeners;
  };

  it('leaves nothing behind of connections that have ended', async () => {
    const listeners = await live(5);
    expect(new Set(listeners.slice(1)).size).toBe(1);
    expect(getEventListeners(stop.signal, 'abort')).toHaveLength(0);
  });

  it('takes no message that fills the memory', async () => {
    const bomb = 'x'.repeat(5_000_000);
    await live(1, () => {
      server.tell('orders-waiting', bomb);
    });
  });

  it('stays connected when the disk is too full to note the time', async () => {
    state.run('PRAGMA query_only = ON');
    server.handshakes = [{ message: 'clock-skew', data: { serverTime: new Date().toISOString() } }];
    expect(await live(1)).toHaveLength(1);
    expect(server.proofs).toHaveLength(2);
  });

  /** A client that waits in no time, and writes down how long it would have; `until` ends it. */
  const recorded = (
    until: (said: readonly ConnectionStatus[]) => boolean,
    other: { sleep?: Clock['sleep']; waits?: Waits; random?: () => number } = {},
  ) => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const key = privateKeySchema.parse(privateKey.export({ format: 'jwk' }));
    server.knows({ kty: key.kty, crv: key.crv, x: key.x });
    const { url, serverId, machineId } = server;
    const waits: number[] = [];
    const said: ConnectionStatus[] = [];
    const warnings: string[] = [];
    const clock: Clock = {
      ...systemClock,
      sleep: (milliseconds) => {
        waits.push(milliseconds);
        return new Promise((resolve) => setImmediate(resolve));
      },
      ...(other.sleep && { sleep: other.sleep }),
    };
    const machine = { uptimeMilliseconds: () => 3_600_000 + performance.now() };
    const bounds = other.waits ?? { baseMs: 1, capMs: 1 };
    const connection = new Connection({
      identity: {
        ...{ machineId, serverId, serverUrl: url, serverKey: server.key },
        ...{ privateKey: key, enrolledAt: new Date() },
      },
      serverClock: new ServerClock(state, clock, machine),
      pauses: new Pauses(state, clock, machine, bounds, other.random),
      routes: { waysTo: () => Promise.resolve([new Route(url, undefined)]) },
      clock,
      log: { ...silentLog, warn: (message) => warnings.push(message) },
      probeMs: 20,
      events: {
        connected: () => Promise.resolve(),
        ordersWaiting: () => undefined,
        updateWaiting: () => undefined,
        changed: (status) => {
          said.push(status);
          if (until(said)) stop.abort();
        },
      },
    });
    return { connection, waits, said, warnings, done: connection.run(stop.signal) };
  };
  const isUp = (said: readonly ConnectionStatus[]) => said.at(-1)?.state === 'connected';

  it.each([
    [40, 40_000, 50_000],
    [1e12, 900_000, 1_125_000],
  ])('stays away for %d seconds when a busy server says so', async (seconds, least, most) => {
    server.handshakes = [{ message: 'server-busy', data: { retryAfterSeconds: seconds } }];
    const { waits, said, done } = recorded(isUp);
    await done;
    expect(said[0]).toMatchObject({ problem: 'server-busy' });
    expect(Math.max(...waits)).toBeGreaterThanOrEqual(least);
    expect(Math.max(...waits)).toBeLessThanOrEqual(most);
  });

  it.each([[{ retryAfterSeconds: -1 }], [{ retryAfterSeconds: 'long' }], [undefined]])(
    'waits as usual when a busy server says %j',
    async (data) => {
      server.handshakes = [{ message: 'server-busy', ...(data && { data }) }];
      const { waits, done } = recorded(isUp);
      await done;
      expect(Math.max(0, ...waits)).toBeLessThanOrEqual(1);
    },
  );

  it('comes back when a server that ends has told it to', async () => {
    let ups = 0;
    const { waits, said, done } = recorded((all) => {
      if (!isUp(all)) return false;
      ups += 1;
      if (ups === 1) {
        server.tell('server-closing', { retryAfterSeconds: 7 });
        server.hangUp();
      }
      return ups === 2;
    });
    await done;
    expect(said[1]?.message).toContain('the server was stopped');
    expect(Math.max(...waits)).toBeGreaterThanOrEqual(7_000);
  });

  it('says the same trouble once', async () => {
    server.handshakes = Array.from({ length: 4 }, () => ({ message: 'unknown-machine' }));
    const { said, warnings, done } = recorded(isUp);
    await done;
    expect(said).toHaveLength(5);
    expect(warnings).toEqual([expect.stringContaining('Enrol it again')]);
  });

  it('tries again as soon as the network has changed', async () => {
    let hurry: () => void = () => undefined;
    const luck = [0, 0.9];
    // A long wait ends by its signal alone.
    const sleep: Clock['sleep'] = (milliseconds, signal) =>
      new Promise((resolve) => {
        if (milliseconds < 10_000) resolve();
        signal?.addEventListener('abort', () => {
          resolve();
        });
        setImmediate(hurry);
      });
    server.cutNext = true;
    const { connection, said, done } = recorded(isUp, {
      sleep,
      waits: { baseMs: 20_000, capMs: 20_000 },
      random: () => luck.pop() ?? 0,
    });
    hurry = () => {
      connection.hurry();
    };
    await done;
    expect(said.map(({ state: standing }) => standing)).toEqual(['disconnected', 'connected']);
  });

  it('ends a connection that does not answer after a change of the network', async () => {
    server.isDeaf = true;
    const { connection, said, done } = recorded((all) => all.length === 2);
    await server.until(() => server.proofs.length === 1);
    while (!isUp(said)) await new Promise((resolve) => setImmediate(resolve));
    connection.hurry();
    await done;
    expect(said[1]).toMatchObject({ state: 'disconnected', problem: 'ended' });
  });
});
