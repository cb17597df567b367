import {
  FETCH_UPDATE,
  type FetchUpdateAck,
  offerClaimsSchema,
  REPORTS,
  UPDATE_WAITING,
} from '@fleetmend/client-protocol';
import type { AuditEntry, MachineUpdate, Release } from '@fleetmend/dashboard-api';
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { compactVerify, importJWK } from 'jose';
import { enrolledMachine, type TestMachine } from '../../../testing/test-machine';
import {
  fetchExecutable,
  publish,
  rollOut,
  uploadedRelease,
  uploadExecutable,
} from '../../../testing/test-release';
import { testServer } from '../../../testing/test-server';
import type { TestSocket } from '../../../testing/test-socket';
import { ReleaseFiles } from './release-files';
import { RolloutWatchService } from './rollout-watch.service';

/** Everything is real: PostgreSQL, HTTP, sockets, signatures, files. Only the clients are played. */
describe('releases', () => {
  const server = testServer();
  let version = 0;
  const next = () => `1.${(version += 1)}.0`;

  const get = async (path: string) => (await (await server.sharedAdministrator()).get(path)).body;
  const post = async (path: string, body?: unknown) =>
    (await server.sharedAdministrator()).post(path, body);
  const listed = async (id: string) =>
    ((await get('/releases')) as { items: Release[] }).items.find((one) => one.id === id)!;
  const machinesOf = async (id: string) =>
    ((await get(`/releases/${id}/machines`)) as { items: MachineUpdate[] }).items;

  /** What a machine is offered when it asks. */
  async function offerTo(socket: TestSocket, from = '0.1.0'): Promise<string | null> {
    const question = { version: from, architecture: 'x64' };
    const answer = (await socket.ask(FETCH_UPDATE, question)) as FetchUpdateAck;
    if (!answer.ok) throw new Error(answer.message);
    return answer.offer;
  }

  async function tell(
    socket: TestSocket,
    releaseId: string,
    state: string,
    more: Readonly<Record<string, unknown>> = {},
  ): Promise<void> {
    const report = {
      ...{ kind: 'client-update', id: randomUUID(), createdAt: new Date().toISOString() },
      ...{ releaseId, state, version: '0.1.0', message: 'so it is', ...more },
    };
    const answer = await socket.ask(REPORTS, { reports: [report] });
    expect(answer).toMatchObject({ ok: true, accepted: [report.id] });
  }

  async function connected(): Promise<{ machine: TestMachine; socket: TestSocket }> {
    const machine = await enrolledMachine(server);
    return { machine, socket: await machine.connect() };
  }

  const sockets: TestSocket[] = [];
  async function machine(): Promise<{ machine: TestMachine; socket: TestSocket }> {
    const made = await connected();
    sockets.push(made.socket);
    return made;
  }
  /** What one test rolls out must not be offered to the machines of the next. */
  afterEach(async () => {
    for (const { id, state } of ((await get('/releases')) as { items: Release[] }).items) {
      if (state === 'rolling') await rollOut(server, id, { to: 'nobody' });
    }
    for (const socket of sockets.splice(0)) await socket.close();
  });

  it('takes a manifest and exactly its executable, and writes both down', async () => {
    const { content, manifest } = await publish(next());
    const { body } = await post('/releases', { manifest });
    const { id, state } = body as Release;
    expect(state).toBe('incomplete');
    expect(await uploadExecutable(server, id, content)).toMatchObject({
      status: 200,
      body: { state: 'paused', size: content.length },
    });
    const { items } = (await get(`/audit?subjectId=${id}`)) as { items: AuditEntry[] };
    expect(items.map(({ action }) => action)).toEqual(['release.uploaded', 'release.created']);
    expect(await uploadExecutable(server, id, content)).toMatchObject({ status: 409 });
  });

  it.each([
    ['other bytes', (content: Buffer) => Buffer.from(content).fill(0, 10, 20), 400],
    ['too few bytes', (content: Buffer) => content.subarray(1), 400],
    ['too many bytes', (content: Buffer) => Buffer.concat([content, Buffer.from('x')]), 413],
    ['nothing', () => Buffer.alloc(0), 400],
  ])(
    'refuses %s, keeps nothing of them, and takes the right ones then',
    async (_, made, status) => {
      const { content, manifest } = await publish(next());
      const { id, sha256 } = (await post('/releases', { manifest })).body as Release;
      const { folder } = server.running.app.get(ReleaseFiles);
      expect(await uploadExecutable(server, id, made(content))).toMatchObject({ status });
      const left = existsSync(folder) ? readdirSync(folder) : [];
      expect(left.filter((name) => name.endsWith('.part') || name.includes(sha256))).toEqual([]);
      expect((await listed(id)).state).toBe('incomplete');
      expect(await uploadExecutable(server, id, content)).toMatchObject({ status: 200 });
    },
  );

  it.each<[string, (manifest: string) => string]>([
    ['no manifest', () => 'x.y.z'],
    ['a manifest without a header', (manifest) => manifest.slice(manifest.indexOf('.'))],
    ['something endless', () => 'x'.repeat(4001)],
  ])('refuses %s', async (_, made) => {
    const { manifest } = await publish(next());
    expect(await post('/releases', { manifest: made(manifest) })).toMatchObject({
      status: 400,
      body: { code: 'invalid-request' },
    });
  });

  it.each([
    ['a path instead of a hash', { sha256: '../../server-key.json' }],
    ['no version', { version: '../1' }],
    ['a size beyond the limit', { size: 300_000_001 }],
  ])('refuses a manifest with %s, although it is signed', async (_, says) => {
    const { manifest } = await publish(next(), says);
    expect(await post('/releases', { manifest })).toMatchObject({ status: 400 });
  });

  it('has each version once for each kind of machine', async () => {
    const { version: known } = await uploadedRelease(server, next());
    const again = await publish(known);
    expect(await post('/releases', { manifest: again.manifest })).toMatchObject({ status: 409 });
    const other = await publish(known, { architecture: 'arm64' });
    expect(await post('/releases', { manifest: other.manifest })).toMatchObject({ status: 201 });
  });

  it('is for administrators', async () => {
    expect((await server.browser().get('/releases')).status).toBe(401);
    expect((await server.browser().post('/releases', {})).status).toBe(401);
  });

  it('offers nobody a release that is not rolled out', async () => {
    const { id } = await uploadedRelease(server, next());
    const { socket } = await machine();
    expect(await offerTo(socket)).toBeNull();
    expect((await listed(id)).machines.offered).toBe(0);
  });

  it('offers chosen machines a release, signed for them alone, and no others', async () => {
    const release = await uploadedRelease(server, next());
    const [chosen, other] = [await machine(), await machine()];
    const answer = await rollOut(server, release.id, {
      ...{ to: 'machines', machineIds: [chosen.machine.id], haltAfter: 1 },
    });
    expect(answer).toMatchObject({ status: 200, body: { state: 'rolling', chosenMachines: 1 } });
    await chosen.socket.next(UPDATE_WAITING);
    expect(await offerTo(other.socket)).toBeNull();
    const offer = await offerTo(chosen.socket);
    const { serverKey, serverId } = chosen.machine.enrolled!;
    const verified = await compactVerify(offer!, await importJWK(serverKey, 'EdDSA'));
    const claims = offerClaimsSchema.parse(JSON.parse(new TextDecoder().decode(verified.payload)));
    expect(claims).toMatchObject({
      ...{ iss: serverId, aud: chosen.machine.id, releaseId: release.id },
    });
    expect(claims.exp).toBeGreaterThan(Date.now() / 1000);
    expect(await machinesOf(release.id)).toMatchObject([
      { machineId: chosen.machine.id, state: 'offered', fromVersion: '0.1.0' },
    ]);
    expect(other.socket.has(UPDATE_WAITING)).toBe(false);
  });

  it('offers the newest that suits, and never an older one or the same', async () => {
    const [older, newer] = [
      await uploadedRelease(server, next()),
      await uploadedRelease(server, next()),
    ];
    for (const { id } of [older, newer]) {
      await rollOut(server, id, { to: 'percentage', percentage: 100, haltAfter: 3 });
    }
    const { socket } = await machine();
    await offerTo(socket);
    expect((await listed(newer.id)).machines.offered).toBe(1);
    expect((await listed(older.id)).machines.offered).toBe(0);
    expect(await offerTo(socket, newer.version)).toBeNull();
    expect(await offerTo(socket, '99.0.0')).toBeNull();
  });

  it('gives a machine what it was offered, whole or from where it wants, and nobody else', async () => {
    const release = await uploadedRelease(server, next());
    const { machine: ours, socket } = await machine();
    const stranger = await enrolledMachine(server);
    await rollOut(server, release.id, { to: 'machines', machineIds: [ours.id], haltAfter: 1 });
    expect((await fetchExecutable(server, ours, release.id)).status).toBe(404);
    await offerTo(socket);

    const whole = await fetchExecutable(server, ours, release.id);
    expect(whole.status).toBe(200);
    expect(Buffer.from(await whole.arrayBuffer()).equals(release.content)).toBe(true);
    const rest = await fetchExecutable(server, ours, release.id, { range: 'bytes=40000-' });
    expect(rest.status).toBe(206);
    expect(rest.headers.get('content-range')).toBe('bytes 40000-49999/50000');
    expect(Buffer.from(await rest.arrayBuffer()).equals(release.content.subarray(40_000))).toBe(
      true,
    );
    const beyond = await fetchExecutable(server, ours, release.id, { range: 'bytes=50000-' });
    expect(beyond.status).toBe(416);

    expect((await fetchExecutable(server, stranger, release.id)).status).toBe(404);
    const bare = await fetch(whole.url);
    expect(bare.status).toBe(401);
    const proof = await ours.proof();
    const header = { authorization: `FleetMend-Proof ${proof}` };
    expect((await fetch(whole.url, { headers: header })).status).toBe(200);
    expect((await fetch(whole.url, { headers: header })).status).toBe(401);
    const { cookie = '' } = await server.sharedAdministrator();
    expect((await fetch(whole.url, { headers: { cookie } })).status).toBe(401);
  });

  it('follows a machine to its end, in the order of the life cycle', async () => {
    const release = await uploadedRelease(server, next());
    const { machine: ours, socket } = await machine();
    await rollOut(server, release.id, { to: 'machines', machineIds: [ours.id], haltAfter: 1 });
    await offerTo(socket);
    await tell(socket, release.id, 'downloading');
    await tell(socket, release.id, 'installing');
    // Out of order, as a report that was written before: it says nothing any more.
    await tell(socket, release.id, 'downloading');
    expect(await machinesOf(release.id)).toMatchObject([{ state: 'installing' }]);
    await tell(socket, release.id, 'installed', { version: release.version });
    await tell(socket, release.id, 'failed', { reason: 'not-newer' });
    expect(await machinesOf(release.id)).toMatchObject([{ state: 'installed', reason: null }]);
    expect((await listed(release.id)).machines.installed).toBe(1);
    expect(await get(`/machines/${ours.id}/client-updates`)).toMatchObject({
      items: [{ releaseId: release.id, state: 'installed' }],
    });
  });

  it('believes no machine about a release that it was never offered', async () => {
    const release = await uploadedRelease(server, next());
    const [ours, liar] = [await machine(), await machine()];
    const { id } = ours.machine;
    await rollOut(server, release.id, { to: 'machines', machineIds: [id], haltAfter: 1 });
    await offerTo(ours.socket);
    await tell(liar.socket, release.id, 'rolled-back', { reason: 'crashes' });
    expect(await listed(release.id)).toMatchObject({ state: 'rolling', failures: 0 });
  });

  it('halts by itself when too many machines speak against it, and says so', async () => {
    const release = await uploadedRelease(server, next());
    const machines = [await machine(), await machine(), await machine()];
    const machineIds = machines.map((one) => one.machine.id);
    await rollOut(server, release.id, { to: 'machines', machineIds, haltAfter: 2 });
    for (const { socket } of machines) await offerTo(socket);
    const [first, second, third] = machines;
    await tell(first!.socket, release.id, 'failed', { reason: 'disk-full' });
    expect(await listed(release.id)).toMatchObject({ state: 'rolling', failures: 0 });
    for (const one of [second, third]) {
      expect((await listed(release.id)).state).toBe('rolling');
      await tell(one!.socket, release.id, 'installing');
      await tell(one!.socket, release.id, 'rolled-back', { reason: 'does-not-connect' });
    }
    expect(await listed(release.id)).toMatchObject({
      ...{
        state: 'halted',
        failures: 2,
        haltReason: expect.stringContaining('2 machines') as unknown,
      },
    });
    const { items } = (await get(`/audit?subjectId=${release.id}`)) as { items: AuditEntry[] };
    expect(items[0]).toMatchObject({ action: 'release.halted', actor: 'system' });
    expect(await offerTo(first!.socket)).toBeNull();
    expect((await fetchExecutable(server, first!.machine, release.id)).status).toBe(404);
  });

  it('ends downloads of a release that an administrator halts', async () => {
    const release = await uploadedRelease(server, next());
    const { machine: ours, socket } = await machine();
    await rollOut(server, release.id, { to: 'machines', machineIds: [ours.id], haltAfter: 1 });
    await offerTo(socket);
    expect(await post(`/releases/${release.id}/halt`)).toMatchObject({
      ...{ status: 200, body: { state: 'halted' } },
    });
    expect((await fetchExecutable(server, ours, release.id)).status).toBe(410);
    expect(await offerTo(socket)).toBeNull();
  });

  it('counts a machine that does not come back, until it comes back', async () => {
    const release = await uploadedRelease(server, next());
    const { machine: ours, socket } = await machine();
    await rollOut(server, release.id, { to: 'machines', machineIds: [ours.id], haltAfter: 1 });
    await offerTo(socket);
    await tell(socket, release.id, 'installing');
    const watch = server.running.app.get(RolloutWatchService);
    expect(await watch.lose()).toBe(0);
    await server.database.query(
      `UPDATE machine_updates SET changed_at = now() - interval '61 minutes' WHERE release_id = $1`,
      [release.id],
    );
    expect(await watch.lose()).toBe(1);
    expect(await listed(release.id)).toMatchObject({ state: 'halted', failures: 1 });
    await tell(socket, release.id, 'installed', { version: release.version });
    expect(await listed(release.id)).toMatchObject({ state: 'halted', failures: 0 });
  });

  it('does not offer again what failed for good, and waits with what did not', async () => {
    const release = await uploadedRelease(server, next());
    const [bad, full] = [await machine(), await machine()];
    const machineIds = [bad.machine.id, full.machine.id];
    await rollOut(server, release.id, { to: 'machines', machineIds, haltAfter: 10 });
    for (const { socket } of [bad, full]) await offerTo(socket);
    await tell(bad.socket, release.id, 'failed', { reason: 'wrong-content' });
    await tell(full.socket, release.id, 'failed', { reason: 'disk-full' });
    expect(await offerTo(bad.socket)).toBeNull();
    expect(await offerTo(full.socket)).toBeNull();
    await server.database.query(
      `UPDATE machine_updates SET changed_at = now() - interval '2 hours' WHERE release_id = $1`,
      [release.id],
    );
    expect(await offerTo(bad.socket)).toBeNull();
    expect(await offerTo(full.socket)).not.toBeNull();
  });

  it('takes a machine that got the version by other means for updated', async () => {
    const release = await uploadedRelease(server, next());
    const { machine: ours, socket } = await machine();
    await rollOut(server, release.id, { to: 'machines', machineIds: [ours.id], haltAfter: 1 });
    await offerTo(socket);
    expect(await offerTo(socket, release.version)).toBeNull();
    expect(await machinesOf(release.id)).toMatchObject([{ state: 'installed' }]);
  });

  it('removes only what nobody was offered', async () => {
    const administrator = await server.sharedAdministrator();
    const release = await uploadedRelease(server, next());
    const { machine: ours, socket } = await machine();
    await rollOut(server, release.id, { to: 'machines', machineIds: [ours.id], haltAfter: 1 });
    await offerTo(socket);
    expect((await administrator.delete(`/releases/${release.id}`)).status).toBe(409);
    const other = await uploadedRelease(server, next());
    const files = server.running.app.get(ReleaseFiles);
    expect(await files.has(other.sha256)).toBe(true);
    expect((await administrator.delete(`/releases/${other.id}`)).status).toBe(204);
    expect(await files.has(other.sha256)).toBe(false);
  });

  it('tells which clients run in the fleet', async () => {
    await machine();
    const { items } = (await get('/releases/versions')) as { items: { version: string }[] };
    expect(items.map((one) => one.version)).toContain('0.1.0');
  });
});
