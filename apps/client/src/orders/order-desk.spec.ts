import { randomUUID } from 'node:crypto';
import { type OrderClaims, ORDER_TYPE } from '@fleetmend/client-protocol';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { Bench } from '../../testing/bench';
import { removeTemporaryFolders } from '../../testing/temporary-folder';
import { ServerClock } from '../connection/server-clock';
import { silentLog } from '../log';
import { type Identity } from '../state/identity';
import { NO_SERVER_TIME } from '../time/server-time';
import { OrderDesk } from './order-desk';

type Keys = Awaited<ReturnType<typeof generateKeyPair>>;

describe('OrderDesk', () => {
  let bench: Bench;
  let desk: OrderDesk;
  let keys: Keys;
  const [serverId, machineId] = [randomUUID(), randomUUID()];

  beforeEach(async () => {
    bench = new Bench();
    keys = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
    const identity = {
      serverId,
      machineId,
      serverKey: await exportJWK(keys.publicKey),
    } as Identity;
    const { state, outbox, clock, windows } = bench;
    desk = new OrderDesk({
      identity,
      state,
      outbox,
      clock,
      windows,
      log: silentLog,
      journal: bench.journal(),
      serverClock: new ServerClock(state, clock, windows.machine),
      serverTime: NO_SERVER_TIME,
    });
  });
  afterEach(() => {
    bench.close();
    removeTemporaryFolders();
  });

  const seconds = () => Math.floor(bench.clock.now().getTime() / 1000);
  const sign = (
    some: Partial<Record<keyof OrderClaims, unknown>> = {},
    { typ = ORDER_TYPE, by = keys }: { typ?: string; by?: Keys } = {},
  ) =>
    new SignJWT({
      iss: serverId,
      aud: machineId,
      jti: randomUUID(),
      iat: seconds(),
      exp: seconds() + 60,
      mode: 'execute',
      playbook: 'reset-software-distribution',
      playbookVersion: 2,
      parameters: {},
      ...some,
    } as JWTPayload)
      .setProtectedHeader({ alg: 'EdDSA', typ })
      .sign(by.privateKey);
  const told = () =>
    bench
      .reports()
      .flatMap((report) => ('reason' in report ? [`${report.kind} ${report.reason}`] : []));
  const active = () => bench.journal().active();

  it('begins the run of a good order, and only once', async () => {
    const order = await sign();
    expect(await desk.take([order, order])).toBe(true);
    expect(await desk.take([order])).toBe(false);
    expect(active()?.definition.parameters).toEqual({
      ignorePendingRestart: false,
      includeCatroot2: false,
      verifyMinutes: 15,
    });
    expect(told()).toEqual([]);
  });

  it.each<[string, Partial<Record<keyof OrderClaims, unknown>>, string]>([
    ['another server', { iss: randomUUID() }, 'rejected-order wrong-server'],
    ['another machine', { aud: randomUUID() }, 'rejected-order wrong-machine'],
    ['nonsense', { mode: 'destroy' }, 'rejected-order malformed-order'],
    ['too late', { exp: 1 }, 'run-event expired-order'],
    ['an unknown playbook', { playbook: 'format-disk' }, 'run-event unknown-playbook'],
    ['a version of tomorrow', { playbookVersion: 99 }, 'run-event unknown-playbook-version'],
    [
      'a wrong parameter',
      { parameters: { verifyMinutes: 100_000 } },
      'run-event invalid-parameters',
    ],
    ['an unknown parameter', { parameters: { command: 1 } }, 'run-event invalid-parameters'],
    ['nothing to undo', { mode: 'undo', undoes: randomUUID() }, 'run-event nothing-to-undo'],
    ['an undo of nothing', { mode: 'undo' }, 'run-event nothing-to-undo'],
  ])('refuses an order with %s, and says so once', async (_, claims, reason) => {
    const order = await sign(claims);
    await desk.take([order]);
    await desk.take([order]);
    expect(told()).toEqual([reason]);
    expect(active()).toBeUndefined();
  });

  it('trusts no other key, header, algorithm or form', async () => {
    const good = await sign();
    const [header, payload, signature] = good.split('.') as [string, string, string];
    const none = Buffer.from(JSON.stringify({ alg: 'none', typ: ORDER_TYPE })).toString(
      'base64url',
    );
    const embedded = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
    const withKey = await new SignJWT({})
      .setProtectedHeader({
        alg: 'EdDSA',
        typ: ORDER_TYPE,
        jwk: await exportJWK(embedded.publicKey),
      })
      .sign(embedded.privateKey);
    const changed = Buffer.from(
      Buffer.from(payload, 'base64url').toString().replace('execute', 'dry-run'),
    ).toString('base64url');
    await desk.take([
      `${none}.${payload}.`,
      await sign({}, { typ: 'fleetmend-proof+jwt' }),
      withKey,
      `${header}.${changed}.${signature}`,
      `${header}.${payload}.${signature}`.slice(0, -6),
      '..',
      'x'.repeat(9000),
    ]);
    expect(told()).toEqual([
      'rejected-order malformed-order',
      'rejected-order malformed-order',
      'rejected-order bad-signature',
      'rejected-order bad-signature',
      'rejected-order bad-signature',
      'rejected-order malformed-order',
      'rejected-order malformed-order',
    ]);
    expect(active()).toBeUndefined();
  });

  it('takes an order of an earlier version of the playbook, and keeps to that version', async () => {
    await desk.take([await sign({ playbookVersion: 1, parameters: { includeCatroot2: true } })]);
    expect(told()).toEqual(['run-event invalid-parameters']);
    await desk.take([await sign({ jti: randomUUID(), playbookVersion: 1 })]);
    expect(active()?.definition).toMatchObject({ playbookVersion: 1 });
    expect(active()?.definition.parameters).not.toHaveProperty('includeCatroot2');
  });

  it('is not filled up by a server that sends worthless orders without end', async () => {
    for (let wave = 0; wave < 3; wave += 1) {
      await desk.take(Array.from({ length: 100 }, (_, index) => `worthless ${wave} ${index}`));
    }
    expect(told()).toHaveLength(100);
    expect(bench.state.all('SELECT key FROM seen_orders')).toHaveLength(100);
    expect(await desk.take([await sign()])).toBe(true);
  });

  it('reports a replay only when the server must know the run already', async () => {
    const order = await sign({ mode: 'dry-run' });
    await desk.take([order]);
    const run = active()!;
    await bench.executor(bench.journal()).drive(run);
    await desk.take([order]);
    expect(told()).toEqual([]);
    bench.state.run('DELETE FROM outbox');
    await desk.take([order]);
    await desk.take([order]);
    expect(told()).toEqual(['rejected-order replayed-order']);
    expect(active()).toBeUndefined();
  });

  it('takes no order for a replay whose run was settled after the orders were asked for', async () => {
    const order = await sign({ mode: 'dry-run' });
    await desk.take([order]);
    const run = active()!;
    const unsettled = desk.unsettledRuns();
    await bench.executor(bench.journal()).drive(run);
    bench.state.run('DELETE FROM outbox');
    await desk.take([order], unsettled);
    expect(told()).toEqual([]);
    await desk.take([order]);
    expect(told()).toEqual(['rejected-order replayed-order']);
  });

  it('refuses a second run while one goes on', async () => {
    await desk.take([await sign(), await sign()]);
    expect(told()).toEqual(['run-event another-run-is-active']);
  });

  it('judges expiry by the time since the server was heard, not by a clock that somebody turned back', async () => {
    const order = await sign({ exp: seconds() - 10 });
    bench.clock.advance(-3_600_000);
    const serverClock = new ServerClock(bench.state, bench.clock, bench.windows.machine);
    serverClock.set(new Date(bench.clock.now().getTime() + 3_600_000));
    bench.clock.advance(-86_400_000);
    expect(serverClock.now().getTime()).toBeGreaterThan(bench.clock.now().getTime() + 86_400_000);
    desk = new OrderDesk({
      ...(desk as unknown as { parts: ConstructorParameters<typeof OrderDesk>[0] }).parts,
      serverClock,
    });
    await desk.take([order]);
    expect(told()).toEqual(['run-event expired-order']);
  });

  it('accepts the undo of a run that left something', async () => {
    const first = bench.definition();
    await bench.run(first);
    expect(await desk.take([await sign({ mode: 'undo', undoes: first.runId })])).toBe(true);
  });
});
