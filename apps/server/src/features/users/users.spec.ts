import { type AuditEntry, sessionSchema, type User, userSchema } from '@fleetmend/dashboard-api';
import { setTimeout as delay } from 'node:timers/promises';
import { type Answer, type Browser, testServer } from '../../../testing/test-server';

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

  /** Resolves when so many statements wait for a lock. */
  async function waiting(statements: number): Promise<void> {
    const sql = `SELECT 1 FROM pg_stat_activity
                  WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    while ((await server.database.query(sql)).length < statements) await delay(5);
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

  it('lets only the faster of two administrators remove the other', async () => {
    const me = await self();
    const other = await add('administrator', 'other@example.org');
    const second = server.browser();
    await second.signIn({ email: other.email, password: 'a good password' });
    const answers = await Promise.all([
      administrator.patch(`/users/${other.id}`, { role: 'viewer' }),
      second.patch(`/users/${me.id}`, { role: 'viewer' }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 403]);
    const left = await server.database.query(`SELECT 1 FROM users WHERE role = 'administrator'`);
    expect(left).toHaveLength(1);
    await server.database.query(
      `UPDATE users SET role = CASE WHEN id = $1 THEN 'administrator' ELSE 'viewer' END`,
      [me.id],
    );
  });

  it('asks for the right again when the change is made, not only when the request comes', async () => {
    const demoted = await add('administrator', 'demoted@example.org');
    const third = await add('administrator', 'third@example.org');
    const browser = server.browser();
    await browser.signIn({ email: demoted.email, password: 'a good password' });
    const asking: Promise<Answer>[] = [];
    // While this transaction holds the row, both requests have been let in and wait for it.
    await server.database.inTransaction(async (transaction) => {
      await transaction.query(`UPDATE users SET role = 'viewer' WHERE id = $1`, [demoted.id]);
      asking.push(browser.patch(`/users/${third.id}`, { disabled: true }));
      asking.push(
        browser.post('/users', {
          ...{ email: 'late@example.org', name: 'N', role: 'viewer', password: 'a good password' },
        }),
      );
      await waiting(2);
    });
    for (const answer of await Promise.all(asking)) {
      expect(answer).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    }
    const { items } = (await administrator.get('/users')).body as { items: User[] };
    expect(items.find(({ id }) => id === third.id)?.disabled).toBe(false);
    expect(items.some(({ email }) => email === 'late@example.org')).toBe(false);
    await administrator.patch(`/users/${third.id}`, { role: 'viewer' });
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
