import {
  type AuditEntry,
  createdEnrolmentTokenSchema,
  type EnrolmentToken,
} from '@fleetmend/dashboard-api';
import { newToken, TestMachine } from '../../../testing/test-machine';
import { testServer } from '../../../testing/test-server';

describe('enrolment', () => {
  const server = testServer();

  async function listed(id: string): Promise<EnrolmentToken | undefined> {
    const { body } = await (await server.sharedAdministrator()).get('/enrolment-tokens');
    return (body as { items: EnrolmentToken[] }).items.find((token) => token.id === id);
  }

  it('shows a token’s secret once and keeps its hash', async () => {
    const token = createdEnrolmentTokenSchema.parse(await newToken(server));
    expect(token.secret).toMatch(/^fmt_[\w-]{43}$/);
    expect(token.installCommand).toContain(`--server ${server.address} --token ${token.secret}`);
    expect(JSON.stringify(await listed(token.id))).not.toContain(token.secret);
    const kept = await server.database.query('SELECT t::text FROM enrolment_tokens t');
    expect(JSON.stringify(kept)).not.toContain(token.secret);
    const audit = await server.database.query('SELECT a::text FROM audit_entries a');
    expect(JSON.stringify(audit)).not.toContain(token.secret);
  });

  it('is for administrators only', async () => {
    expect((await server.browser().get('/enrolment-tokens')).status).toBe(401);
  });

  it('takes a machine into the fleet, and writes it down', async () => {
    const token = await newToken(server);
    const machine = new TestMachine(server);
    expect((await machine.enrol(token.secret)).status).toBe(201);
    const { body } = await (
      await server.sharedAdministrator()
    ).get(`/audit?subjectId=${machine.id}`);
    expect((body as { items: AuditEntry[] }).items).toMatchObject([
      { action: 'machine.enrolled', actor: `machine:${machine.hostname}`, address: '127.0.0.1' },
    ]);
    expect(await listed(token.id)).toMatchObject({ uses: 1, state: 'active' });
  });

  it('gives a machine the site and the tags of its token, on top of what it has', async () => {
    const administrator = await server.sharedAdministrator();
    const site = async (id: string) => (await administrator.get(`/machines/${id}`)).body;
    const first = await newToken(server, { site: 'Berlin', tags: ['office', 'new'] });
    expect(await listed(first.id)).toMatchObject({ site: 'Berlin', tags: ['office', 'new'] });
    const machine = new TestMachine(server, 'PC-SITE');
    await machine.enrol(first.secret);
    expect(await site(machine.id)).toMatchObject({ site: 'Berlin', tags: ['new', 'office'] });
    const other = new TestMachine(server);
    await other.enrol((await newToken(server, { site: 'BERLIN' })).secret);
    expect(await site(other.id)).toMatchObject({ site: 'Berlin', tags: [] });

    const again = new TestMachine(server, 'PC-SITE');
    const plain = await newToken(server, { tags: ['office', 'again'] });
    await again.enrol(plain.secret, { machineGuid: machine.machineGuid });
    const kept = { site: 'Berlin', tags: ['again', 'new', 'office'] };
    expect(await site(machine.id)).toMatchObject(kept);
    const moved = new TestMachine(server, 'PC-SITE');
    await moved.enrol((await newToken(server, { site: 'Kiel' })).secret, {
      machineGuid: machine.machineGuid,
    });
    expect(await site(machine.id)).toMatchObject({ ...kept, site: 'Kiel' });
  });

  it('lets exactly as many in as the token allows, however many come at once', async () => {
    const token = await newToken(server, { maximumUses: 3 });
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => new TestMachine(server).enrol(token.secret)),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3);
    const refused = answers.filter(({ status }) => status !== 201);
    for (const answer of refused) {
      expect(answer).toMatchObject({ status: 403, body: { code: 'enrolment-token-used-up' } });
    }
    expect(await listed(token.id)).toMatchObject({ uses: 3, state: 'used-up' });
  });

  it('answers a client whose answer got lost as before, and counts nothing', async () => {
    const token = await newToken(server, { maximumUses: 1 });
    const machine = new TestMachine(server);
    const first = await machine.enrol(token.secret);
    const again = await machine.enrol(token.secret);
    expect(again).toMatchObject({ status: 201, body: first.body });
    expect(await listed(token.id)).toMatchObject({ uses: 1 });
  });

  it('refuses the key of another machine, and uses nothing', async () => {
    const machine = new TestMachine(server);
    await machine.enrol((await newToken(server)).secret);
    const token = await newToken(server);
    const clone = new TestMachine(server);
    const answer = await clone.enrol(token.secret, { publicKey: machine.publicKey });
    expect(answer).toMatchObject({ status: 409, body: { code: 'public-key-taken' } });
    expect(await listed(token.id)).toMatchObject({ uses: 0 });
  });

  it('knows a machine that comes again, and gives it the new key', async () => {
    const { secret } = await newToken(server);
    const machine = new TestMachine(server, 'PC-AGAIN');
    await machine.enrol(secret);
    const again = new TestMachine(server, 'pc-again');
    await again.enrol(secret, { machineGuid: machine.machineGuid });
    expect(again.id).toBe(machine.id);
    await expect(machine.connect()).rejects.toThrow('bad-proof');
    await (await again.connect()).close();
    const { body } = await (
      await server.sharedAdministrator()
    ).get(`/audit?subjectId=${machine.id}`);
    expect((body as { items: AuditEntry[] }).items[0]).toMatchObject({
      action: 'machine.enrolled-again',
      before: { publicKey: machine.publicKey.x },
      after: { publicKey: again.publicKey.x },
    });
  });

  it('takes the same MachineGuid under another name for another machine', async () => {
    const { secret } = await newToken(server);
    const machine = new TestMachine(server);
    const clone = new TestMachine(server);
    await machine.enrol(secret);
    await clone.enrol(secret, { machineGuid: machine.machineGuid });
    expect(clone.id).not.toBe(machine.id);
  });

  it('refuses what is revoked, and revokes once', async () => {
    const token = await newToken(server);
    const administrator = await server.sharedAdministrator();
    expect((await administrator.delete(`/enrolment-tokens/${token.id}`)).status).toBe(204);
    expect((await administrator.delete(`/enrolment-tokens/${token.id}`)).status).toBe(204);
    const answer = await new TestMachine(server).enrol(token.secret);
    expect(answer).toMatchObject({ status: 403, body: { code: 'enrolment-token-revoked' } });
    const { body } = await administrator.get(`/audit?action=enrolment-token.revoked`);
    expect((body as { items: AuditEntry[] }).items).toHaveLength(1);
    const nothing = await administrator.delete(`/enrolment-tokens/${crypto.randomUUID()}`);
    expect(nothing).toMatchObject({ status: 404, body: { code: 'not-found' } });
  });

  it('refuses what has expired', async () => {
    const token = await newToken(server);
    await server.database.query(`UPDATE enrolment_tokens SET expires_at = now() WHERE id = $1`, [
      token.id,
    ]);
    const answer = await new TestMachine(server).enrol(token.secret);
    expect(answer).toMatchObject({ status: 403, body: { code: 'enrolment-token-expired' } });
    expect(await listed(token.id)).toMatchObject({ state: 'expired', uses: 0 });
  });

  it('names an unknown protocol and a wrong token, and stops who guesses', async () => {
    const { secret } = await newToken(server);
    const machine = new TestMachine(server);
    expect(await machine.enrol(secret, { protocol: 2 })).toMatchObject({
      status: 400,
      body: { code: 'unsupported-protocol' },
    });
    const guess = () => machine.enrol(`fmt_${'x'.repeat(43)}`);
    expect(await guess()).toMatchObject({
      status: 403,
      body: { code: 'invalid-enrolment-token' },
    });
    for (let count = 1; count < 20; count++) await guess();
    expect(await guess()).toMatchObject({ status: 429, body: { code: 'throttled' } });
    expect(await machine.enrol(secret)).toMatchObject({ status: 429 });
  });
});
