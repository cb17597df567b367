import { generateKeyPairSync } from 'node:crypto';
import { getEventListeners } from 'node:events';
import { ProtocolServer } from '../../testing/protocol-server';
import { removeTemporaryFolders, temporaryFolder } from '../../testing/temporary-folder';
import { systemClock } from '../clock';
import { silentLog } from '../log';
import { privateKeySchema } from '../state/identity';
import { openState } from '../state/open-state';
import { type State } from '../state/state';
import { Connection } from './connection';
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
    const connection = new Connection(
      { ...identity, privateKey: key, enrolledAt: new Date() },
      new ServerClock(state, systemClock, { uptimeMilliseconds: () => performance.now() }),
      systemClock,
      silentLog,
      { baseMs: 1, capMs: 1 },
      {
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
    );
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
});
