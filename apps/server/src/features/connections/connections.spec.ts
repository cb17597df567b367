import {
  FETCH_ORDERS,
  MACHINES_NAMESPACE,
  MAX_MESSAGE_BYTES,
  ORDERS_WAITING,
  PROTOCOL_VERSION,
  REPORTS,
  reportsAckSchema,
  retryAfterSchema,
  SERVER_CLOSING,
} from '@fleetmend/client-protocol';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import {
  enrolledMachine,
  type Forgery,
  newToken,
  TestMachine,
} from '../../../testing/test-machine';
import { testServer } from '../../../testing/test-server';
import { Refused, TestSocket } from '../../../testing/test-socket';
import { Events } from '../../platform/events';
import { ConnectionsService } from './connections.service';
import { Presence } from './presence';

const CLIENT = { protocol: PROTOCOL_VERSION, clientVersion: '0.1.0' };

describe('connections of machines', () => {
  const server = testServer();
  let machine: TestMachine;
  beforeAll(async () => {
    machine = await enrolledMachine(server);
  });

  /** What the database says, once everything is written. */
  async function online(id: string): Promise<boolean | undefined> {
    await server.running.app.get(Presence).settled();
    const [row] = await server.database.query<{ online: boolean }>(
      'SELECT online FROM machines WHERE id = $1',
      [id],
    );
    return row?.online;
  }

  /** Waits until the server has seen the end of all connections but for `count`. */
  async function untilConnected(count: number): Promise<void> {
    const connections = server.running.app.get(ConnectionsService);
    while (connections.count !== count) await new Promise((resolve) => setImmediate(resolve));
  }

  async function refusalOf(connecting: Promise<TestSocket>): Promise<Refused> {
    const refusal: unknown = await connecting.then(
      () => undefined,
      (error: unknown) => error,
    );
    if (refusal instanceof Refused) return refusal;
    throw new Error('The connection was not refused.', { cause: refusal });
  }

  describe('the handshake', () => {
    it('lets a machine in that proves its key', async () => {
      const socket = await machine.connect();
      expect(await online(machine.id)).toBe(true);
      await socket.close();
      await untilConnected(0);
      expect(await online(machine.id)).toBe(false);
    });

    const now = Math.floor(Date.now() / 1000);
    const forgeries: [string, string, Forgery][] = [
      ['another key', 'bad-proof', { key: generateKeyPairSync('ed25519').privateKey }],
      ['another server', 'bad-proof', { claims: { aud: randomUUID() } }],
      ['another type of token', 'bad-proof', { header: { typ: 'fleetmend-order+jwt' } }],
      ['no type', 'bad-proof', { header: { typ: undefined } }],
      ['a long life', 'bad-proof', { claims: { exp: now + 3600 } }],
      ['an end before its beginning', 'bad-proof', { claims: { exp: now - 60 } }],
      ['no id', 'bad-proof', { claims: { jti: undefined } }],
      ['an unknown machine', 'unknown-machine', { claims: { iss: randomUUID() } }],
      ['a clock that is behind', 'clock-skew', { claims: { iat: now - 600, exp: now - 500 } }],
      ['a clock that is ahead', 'clock-skew', { claims: { iat: now + 400, exp: now + 460 } }],
    ];
    it.each(forgeries)('refuses a proof with %s: %s', async (_, code, forgery) => {
      const proof = await machine.proof(forgery);
      const refusal = await refusalOf(machine.connect({ ...CLIENT, proof }));
      expect(refusal.message).toBe(code);
    });

    it('takes a clock that is a little wrong', async () => {
      const proof = await machine.proof({ claims: { iat: now - 280, exp: now - 220 } });
      await (await machine.connect({ ...CLIENT, proof })).close();
    });

    it('says what time it is to a machine whose clock is wrong', async () => {
      const proof = await machine.proof({ claims: { iat: now - 900, exp: now - 880 } });
      const { data } = await refusalOf(machine.connect({ ...CLIENT, proof }));
      const { serverTime } = data as { serverTime: string };
      expect(Math.abs(Date.parse(serverTime) - Date.now())).toBeLessThan(10_000);
    });

    it('takes a proof once, also when it comes twice at once', async () => {
      const proof = await machine.proof();
      const tries = await Promise.allSettled([
        machine.connect({ ...CLIENT, proof }),
        machine.connect({ ...CLIENT, proof }),
      ]);
      const [taken] = tries.filter((attempt) => attempt.status === 'fulfilled');
      const [refused] = tries.filter((attempt) => attempt.status === 'rejected');
      expect(refused?.reason).toMatchObject({ message: 'replayed-proof' });
      await taken?.value.close();
      expect((await refusalOf(machine.connect({ ...CLIENT, proof }))).message).toBe(
        'replayed-proof',
      );
    });

    it.each([
      ['no auth', {}, 'malformed-handshake'],
      ['auth that is no object', 17, 'malformed-handshake'],
      ['a proof that is none', { ...CLIENT, proof: 'x.y.z' }, 'bad-proof'],
      ['another protocol', { ...CLIENT, protocol: 2, proof: 'x' }, 'unsupported-protocol'],
    ])('refuses %s', async (_, auth, code) => {
      const connecting = TestSocket.connect(server.address, MACHINES_NAMESPACE, auth);
      expect((await refusalOf(connecting)).message).toBe(code);
    });

    it('refuses an unsigned proof', async () => {
      const [, payload] = (await machine.proof()).split('.');
      const header = Buffer.from('{"alg":"none","typ":"fleetmend-proof+jwt"}').toString(
        'base64url',
      );
      const connecting = machine.connect({ ...CLIENT, proof: `${header}.${payload}.` });
      expect((await refusalOf(connecting)).message).toBe('bad-proof');
    });
  });

  describe('presence', () => {
    it('stays online when the goodbye of an older connection comes late', async () => {
      const older = await machine.connect();
      expect(await online(machine.id)).toBe(true);
      const newer = await machine.connect();
      await older.closed;
      await newer.ask(FETCH_ORDERS, {});
      expect(await online(machine.id)).toBe(true);
      expect(server.running.app.get(ConnectionsService).count).toBe(1);
      await newer.close();
      await untilConnected(0);
      expect(await online(machine.id)).toBe(false);
    });

    it('ends as it was left after many quick reconnections', async () => {
      const sockets = await Promise.all(Array.from({ length: 10 }, () => machine.connect()));
      await Promise.all(sockets.map((socket) => socket.close()));
      await untilConnected(0);
      expect(await online(machine.id)).toBe(false);
      const last = await machine.connect();
      expect(await online(machine.id)).toBe(true);
      await last.close();
      await untilConnected(0);
    });

    it('closes the connection of a machine that is retired, and refuses it from then on', async () => {
      const other = await enrolledMachine(server);
      const socket = await other.connect();
      await server.database.inTransaction(async (transaction) => {
        await transaction.query('UPDATE machines SET retired_at = now() WHERE id = $1', [other.id]);
        server.running.app.get(Events).tell(transaction, 'machine-retired', {
          machineId: other.id,
        });
      });
      await socket.closed;
      expect((await refusalOf(other.connect())).message).toBe('retired-machine');
    });
  });

  describe('messages', () => {
    let socket: TestSocket;
    beforeEach(async () => {
      socket = await machine.connect();
    });
    afterEach(async () => {
      await socket.close();
    });

    it('takes reports and acknowledges them, again and again', async () => {
      const report = {
        kind: 'success',
        id: randomUUID(),
        createdAt: new Date().toISOString(),
        occurredAt: new Date().toISOString(),
        phase: 'scan',
        update: {},
      };
      for (let time = 0; time < 2; time++) {
        const answer = await socket.ask(REPORTS, { reports: [report] });
        expect(reportsAckSchema.parse(answer)).toEqual({
          ok: true,
          accepted: [report.id],
          rejected: [],
        });
      }
    });

    it.each([
      ['no content', REPORTS, null, 'malformed-message'],
      ['no reports', REPORTS, { reports: [] }, 'malformed-message'],
      [
        'too many',
        REPORTS,
        { reports: Array.from({ length: 101 }, () => ({})) },
        'malformed-message',
      ],
      ['too much', REPORTS, { reports: ['x'.repeat(MAX_MESSAGE_BYTES)] }, 'too-large'],
      ['a text', FETCH_ORDERS, 'x', 'malformed-message'],
      ['an unknown message', 'tell-a-joke', {}, 'unsupported-message'],
    ])('refuses %s', async (_, message, content, code) => {
      expect(await socket.ask(message, content)).toMatchObject({ ok: false, code });
    });

    it('answers one who sends too much at once that it is busy, and then goes on', async () => {
      const answers = await Promise.all(
        Array.from({ length: 40 }, () => socket.ask(FETCH_ORDERS, {})),
      );
      expect(answers).toContainEqual(expect.objectContaining({ code: 'server-busy' }));
      expect(await socket.ask(FETCH_ORDERS, {})).toMatchObject({ ok: true, orders: [] });
    });

    it('hears that orders wait, after the commit and never after a rollback', async () => {
      const events = server.running.app.get(Events);
      const waiting = { machineIds: [machine.id, randomUUID()] };
      const failed = server.database.inTransaction((transaction) => {
        events.tell(transaction, 'orders-waiting', waiting);
        return Promise.reject(new Error('no'));
      });
      await expect(failed).rejects.toThrow('no');
      expect(await socket.ask(FETCH_ORDERS, {})).toMatchObject({ ok: true, orders: [] });
      expect(socket.has(ORDERS_WAITING)).toBe(false);
      await server.database.inTransaction((transaction) => {
        events.tell(transaction, 'orders-waiting', waiting);
        return Promise.resolve();
      });
      expect(await socket.next(ORDERS_WAITING)).toBeUndefined();
    });
  });
});

describe('more machines at once than the server admits', () => {
  const RATE = 20;
  const server = testServer({ handshakesPerSecond: RATE });

  it('are told when to come, and all of them get in', async () => {
    const { secret } = await newToken(server);
    const machines = Array.from({ length: 6 * RATE }, () => new TestMachine(server));
    await Promise.all(machines.map((machine) => machine.enrol(secret)));
    let refusals = 0;
    const enter = async (machine: TestMachine): Promise<TestSocket> => {
      try {
        return await machine.connect();
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        expect(error.message).toBe('server-busy');
        const { retryAfterSeconds } = retryAfterSchema.parse(error.data);
        refusals += 1;
        await delay(retryAfterSeconds * 1000);
        return enter(machine);
      }
    };
    const sockets = await Promise.all(machines.map(enter));
    expect(refusals).toBeGreaterThan(0);
    await server.running.app.get(Presence).settled();
    const [row] = await server.database.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM machines WHERE online',
    );
    expect(row?.count).toBe(machines.length);
    await Promise.all(sockets.map((socket) => socket.close()));
  });
});

describe('a server that ends', () => {
  const server = testServer();

  it('tells each machine when to come back, and closes the connection', async () => {
    const machines = await Promise.all([enrolledMachine(server), enrolledMachine(server)]);
    const sockets = await Promise.all(machines.map((machine) => machine.connect()));
    await server.running.app.get(ConnectionsService).beforeApplicationShutdown();
    const told = await Promise.all(sockets.map((socket) => socket.next(SERVER_CLOSING)));
    await Promise.all(sockets.map((socket) => socket.closed));
    const waits = told.map((content) => retryAfterSchema.parse(content).retryAfterSeconds);
    expect(waits.sort((a, b) => a - b)).toEqual([2, 6]);
  });
});
