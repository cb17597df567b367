import {
  enrolmentResponseSchema,
  FETCH_ORDERS,
  type MachineHintsMessage,
  PROTOCOL_VERSION,
  type ReEnrolmentRequest,
} from '@fleetmend/client-protocol';
import type { AuditEntry, PossibleDuplicate, WaitingReEnrolment } from '@fleetmend/dashboard-api';
import { randomUUID } from 'node:crypto';
import { enrolledMachine, newToken, TestMachine } from '../../../testing/test-machine';
import { type Answer, testServer } from '../../../testing/test-server';
import { Refused } from '../../../testing/test-socket';
import { Presence } from '../connections/presence';
import { DuplicateFinder } from './duplicate-finder';

/** The server, PostgreSQL, HTTP and sockets are real; the clients are the keys of the specs. */
describe('a copied key', () => {
  const server = testServer();
  let original: TestMachine;
  beforeEach(async () => {
    original = await enrolledMachine(server);
  });

  const elsewhere = (): MachineHintsMessage => ({
    smbiosUuid: randomUUID(),
    machineGuid: randomUUID(),
    hostname: `COPY-${randomUUID().slice(0, 8)}`,
  });

  async function refusalOf(connecting: Promise<unknown>): Promise<string> {
    const refusal: unknown = await connecting.then(
      () => 'no refusal',
      (error: unknown) => error,
    );
    return refusal instanceof Refused ? refusal.message : String(refusal);
  }

  /** Asks for a key of its own with the key of `original`. The new key is that of `copy`. */
  async function ask(
    copy: TestMachine,
    hints: MachineHintsMessage,
    more: Partial<ReEnrolmentRequest> = {},
  ): Promise<Answer> {
    const answer = await server.browser().post('/re-enrolments', {
      protocol: PROTOCOL_VERSION,
      proof: await original.proof(),
      publicKey: copy.publicKey,
      clientVersion: '0.1.0',
      instanceId: randomUUID(),
      ...hints,
      ...more,
    });
    if (answer.status === 201) copy.enrolled = enrolmentResponseSchema.parse(answer.body);
    return answer;
  }

  async function settle(): Promise<void> {
    await server.running.app.get(Presence).settled();
    await server.running.app.get(DuplicateFinder).look();
  }

  async function automatic(automaticReEnrolment: boolean): Promise<void> {
    const administrator = await server.sharedAdministrator();
    const answer = await administrator.request('PUT', '/api/v1/duplicates/settings', {
      automaticReEnrolment,
    });
    expect(answer).toMatchObject({ status: 200, body: { automaticReEnrolment } });
  }

  describe('in two live connections', () => {
    it('is refused to the one that is on another board, at once; the original notices nothing', async () => {
      const socket = await original.connectFrom({ ...original.hints, smbiosUuid: randomUUID() });
      await server.running.app.get(Presence).settled();
      expect(await refusalOf(original.connectFrom(elsewhere(), randomUUID()))).toBe('cloned-key');
      expect(await socket.ask(FETCH_ORDERS, {})).toMatchObject({ ok: true, orders: [] });
      const { body } = await (await server.sharedAdministrator()).get(`/machines/${original.id}`);
      expect(body).toMatchObject({ online: true, keyClonedAt: expect.any(String) as unknown });
      await socket.close();
    });

    it('is told from a client that comes back, by its instance', async () => {
      const stale = await original.connectFrom(original.hints);
      const back = await original.connectFrom(original.hints);
      await stale.closed;
      // A start anew, while the server still holds the connection of before.
      const anew = await original.connectFrom(original.hints, randomUUID());
      await back.closed;
      expect(await anew.ask(FETCH_ORDERS, {})).toMatchObject({ ok: true, orders: [] });
      await anew.close();
    });

    it('is refused to the second of two that can’t be told apart, once both come back', async () => {
      const [one, two] = [randomUUID(), randomUUID()];
      const sockets = [];
      for (const instance of [one, two, one]) {
        sockets.push(await original.connectFrom(original.hints, instance));
      }
      expect(await refusalOf(original.connectFrom(original.hints, two))).toBe('cloned-key');
      const last = sockets.at(-1)!;
      expect(await last.ask(FETCH_ORDERS, {})).toMatchObject({ ok: true, orders: [] });
      // The same hints are no obstacle for whom the server itself sent away.
      const copy = new TestMachine(server);
      expect(await ask(copy, original.hints, { instanceId: two })).toMatchObject({ status: 201 });
      expect(copy.id).not.toBe(original.id);
      const own = await copy.connectFrom(original.hints, two);
      expect(await last.ask(FETCH_ORDERS, {})).toMatchObject({ ok: true, orders: [] });
      await own.close();
      await last.close();
    });
  });

  it('makes its computer a machine of its own, which is shown beside the original', async () => {
    const copy = new TestMachine(server);
    const hints = elsewhere();
    expect(await ask(copy, hints)).toMatchObject({ status: 201 });
    const sockets = [await original.connectFrom(original.hints), await copy.connectFrom(hints)];
    await settle();
    const administrator = await server.sharedAdministrator();
    const { body } = await administrator.get(`/duplicates?machineId=${copy.id}`);
    expect((body as { items: PossibleDuplicate[] }).items).toMatchObject([
      {
        ...{ kind: 'clone', evidence: ['key'], state: 'open' },
        newer: { id: copy.id, hostname: hints.hostname },
        older: { id: original.id },
      },
    ]);
    const audit = await administrator.get(`/audit?subjectId=${copy.id}`);
    expect((audit.body as { items: AuditEntry[] }).items).toMatchObject([
      { action: 'machine.re-enrolled', actor: `machine:${hints.hostname}` },
    ]);
    for (const socket of sockets) await socket.close();
  });

  it('makes one machine of a computer whose answer got lost, and a second of a second one', async () => {
    const hints = elsewhere();
    const [first, again, twin] = [1, 2, 3].map(() => new TestMachine(server));
    await ask(first!, hints);
    await ask(again!, hints);
    expect(again!.id).toBe(first!.id);
    expect(await refusalOf(first!.connect())).toBe('bad-proof');
    const socket = await again!.connectFrom(hints);
    await server.running.app.get(Presence).settled();
    await ask(twin!, hints);
    expect(twin!.id).not.toBe(first!.id);
    await socket.close();
  });

  it('is no copy where it was made, whatever the name is now', async () => {
    const answer = await ask(new TestMachine(server), { ...original.hints, hostname: 'RENAMED' });
    expect(answer).toMatchObject({ status: 409, body: { code: 'not-cloned' } });
  });

  it('opens nothing without a proof that is one', async () => {
    const copy = new TestMachine(server);
    const proof = await original.proof();
    expect(await ask(copy, elsewhere(), { proof })).toMatchObject({ status: 201 });
    const refusals: [Partial<ReEnrolmentRequest>, number, string][] = [
      [{ proof }, 409, 'replayed-proof'],
      [{ proof: await original.proof({ key: copy.keys.privateKey }) }, 403, 'bad-proof'],
      [{ proof: await original.proof({ claims: { iss: randomUUID() } }) }, 403, 'unknown-machine'],
      [{ proof: await original.proof({ claims: { iat: 1, exp: 60 } }) }, 403, 'clock-skew'],
      [{ protocol: 2 }, 400, 'unsupported-protocol'],
      [{ proof: 'x' }, 403, 'bad-proof'],
      [{ instanceId: 'x' }, 400, 'invalid-request'],
    ];
    for (const [more, status, code] of refusals) {
      const answer = await ask(new TestMachine(server), elsewhere(), more);
      expect(answer).toMatchObject({ status, body: { code } });
    }
    const taken = await ask(copy, elsewhere());
    expect(taken).toMatchObject({ status: 409, body: { code: 'public-key-taken' } });
    await (await server.sharedAdministrator()).delete(`/machines/${original.id}`);
    const retired = await ask(new TestMachine(server), elsewhere());
    expect(retired).toMatchObject({ status: 403, body: { code: 'retired-machine' } });
  });

  it('makes no more than sixty machines in an hour', async () => {
    const statuses: number[] = [];
    for (let count = 0; count < 62; count += 1) {
      statuses.push((await ask(new TestMachine(server), elsewhere())).status);
    }
    expect(statuses.filter((status) => status === 201)).toHaveLength(60);
    expect(statuses.slice(60)).toEqual([429, 429]);
  });

  describe('while an administrator decides', () => {
    beforeEach(() => automatic(false));
    afterEach(() => automatic(true));

    async function waiting(hints: MachineHintsMessage): Promise<WaitingReEnrolment> {
      const { body } = await (await server.sharedAdministrator()).get('/re-enrolments/waiting');
      const { items } = body as { items: WaitingReEnrolment[] };
      return items.find(({ hostname }) => hostname === hints.hostname)!;
    }
    async function decide(id: string, allow: boolean): Promise<Answer> {
      const administrator = await server.sharedAdministrator();
      return administrator.post(`/re-enrolments/${id}/decision`, { allow });
    }

    it('waits, and is allowed', async () => {
      const copy = new TestMachine(server);
      const hints = elsewhere();
      expect(await ask(copy, hints)).toMatchObject({ status: 202, body: { state: 'waiting' } });
      expect(await ask(copy, hints)).toMatchObject({ status: 202 });
      const asked = await waiting(hints);
      expect(asked).toMatchObject({ machineId: original.id, smbiosUuid: hints.smbiosUuid });
      expect((await decide(asked.id, true)).status).toBe(204);
      expect((await decide(asked.id, true)).status).toBe(204);
      expect(await decide(asked.id, false)).toMatchObject({ body: { code: 'conflict' } });
      expect(await ask(copy, hints)).toMatchObject({ status: 201 });
      await (await copy.connectFrom(hints)).close();
    });

    it('is refused, and stays so', async () => {
      const hints = elsewhere();
      await ask(new TestMachine(server), hints);
      expect((await decide((await waiting(hints)).id, false)).status).toBe(204);
      await automatic(true);
      expect(await ask(new TestMachine(server), hints)).toMatchObject({
        ...{ status: 403, body: { code: 're-enrolment-refused' } },
      });
    });

    it('is not for everybody to decide', async () => {
      const id = randomUUID();
      const nobody = server.browser();
      expect((await nobody.get('/re-enrolments/waiting')).status).toBe(401);
      expect((await nobody.post(`/re-enrolments/${id}/decision`, { allow: true })).status).toBe(
        401,
      );
      expect((await decide(id, true)).status).toBe(404);
    });
  });

  it('is not needed by a computer that enrols on another board under the same name', async () => {
    const { secret } = await newToken(server);
    const board = randomUUID();
    const first = new TestMachine(server);
    const second = new TestMachine(server, first.hostname);
    const { machineGuid } = first;
    await first.enrol(secret, { smbiosUuid: board });
    await second.enrol(secret, { machineGuid, smbiosUuid: randomUUID() });
    expect(second.id).not.toBe(first.id);
    const again = new TestMachine(server, first.hostname);
    await again.enrol(secret, { machineGuid, smbiosUuid: board.toUpperCase() });
    expect(again.id).toBe(first.id);
    await settle();
    const { body } = await (
      await server.sharedAdministrator()
    ).get(`/duplicates?machineId=${second.id}`);
    expect((body as { items: unknown[] }).items).toHaveLength(1);
  });
});
