import { type AuditEntry, sessionSchema, type User, userSchema } from '@fleetmend/dashboard-api';
import { type Browser, testServer } from '../../../testing/test-server';

describe('users', () => {
  const server = testServer();
  let administrator: Browser;
  beforeAll(async () => {
    administrator = await server.administrator();
  });

  async function add(role: string, email: string): Promise<User> {
    const password = 'a good password';
    const answer = await administrator.post('/users', { email, name: 'N', role, password });
    return userSchema.parse(answer.body);
  }

  async function self(): Promise<User> {
    return sessionSchema.parse((await administrator.get('/session')).body).user;
  }

  it('refuses a second user with the address, in any case', async () => {
    await add('viewer', 'twice@example.org');
    const again = await administrator.post('/users', {
      email: 'TWICE@example.org',
      name: 'N',
      role: 'viewer',
      password: 'a good password',
    });
    expect(again).toMatchObject({ status: 409, body: { code: 'email-taken' } });
  });

  it('says which field is wrong', async () => {
    const answer = await administrator.post('/users', {
      email: 'no address',
      name: '',
      role: 'king',
      password: 'short',
    });
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
    const { problems } = answer.body as { problems: { path: string }[] };
    expect(problems.map(({ path }) => path).sort()).toEqual(['email', 'name', 'password', 'role']);
  });

  it('takes text that PostgreSQL can’t keep for the caller’s mistake', async () => {
    const answer = await administrator.post('/users', {
      email: 'nul@example.org',
      name: 'a\0b',
      role: 'viewer',
      password: 'a good password',
    });
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
  });

  it.each([{ role: 'viewer' }, { disabled: true }])(
    'keeps the last administrator: %j',
    async (change) => {
      const answer = await administrator.patch(`/users/${(await self()).id}`, change);
      expect(answer).toMatchObject({ status: 409, body: { code: 'last-administrator' } });
    },
  );

  it('keeps one administrator when two remove each other at once', async () => {
    const me = await self();
    const other = await add('administrator', 'other@example.org');
    const second = server.browser();
    await second.signIn({ email: other.email, password: 'a good password' });
    const answers = await Promise.all([
      administrator.patch(`/users/${other.id}`, { role: 'viewer' }),
      second.patch(`/users/${me.id}`, { role: 'viewer' }),
    ]);
    // The slower one is refused, as the last administrator or as one no more.
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const left = await server.database.query(`SELECT 1 FROM users WHERE role = 'administrator'`);
    expect(left).toHaveLength(1);
    await server.database.query(
      `UPDATE users SET role = CASE WHEN id = $1 THEN 'administrator' ELSE 'viewer' END`,
      [me.id],
    );
  });

  it('writes down who did what, without secrets, and never changes it', async () => {
    const user = await add('viewer', 'audited@example.org');
    await administrator.patch(`/users/${user.id}`, { role: 'operator', password: 'new password!' });
    const { body } = await administrator.get(`/audit?subjectId=${user.id}`);
    const { items } = body as { items: AuditEntry[] };
    expect(items).toMatchObject([
      {
        action: 'user.changed',
        actor: 'admin@example.org',
        before: { role: 'viewer' },
        after: { role: 'operator', passwordChanged: true },
        address: '127.0.0.1',
      },
      { action: 'user.created', before: null, after: { email: 'audited@example.org' } },
    ]);
    expect(JSON.stringify(items)).not.toMatch(/good password|new password|argon2/);
    for (const change of [
      `UPDATE audit_entries SET actor = 'x'`,
      'DELETE FROM audit_entries',
      'TRUNCATE audit_entries',
    ]) {
      await expect(server.database.query(change)).rejects.toThrow(/never changed/);
    }
  });

  it('pages the audit log without gaps and repetitions', async () => {
    const whole = (await administrator.get('/audit?limit=200')).body as { items: AuditEntry[] };
    const paged: AuditEntry[] = [];
    let cursor = '';
    do {
      const answer = await administrator.get(`/audit?limit=3${cursor}`);
      const page = answer.body as { items: AuditEntry[]; next: string | null };
      paged.push(...page.items);
      cursor = page.next === null ? '' : `&cursor=${page.next}`;
    } while (cursor !== '');
    expect(paged).toEqual(whole.items);
    const bad = await administrator.get('/audit?cursor=nonsense');
    expect(bad).toMatchObject({ status: 400, body: { code: 'invalid-cursor' } });
  });
});
