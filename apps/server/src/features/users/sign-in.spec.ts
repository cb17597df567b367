import { sessionSchema } from '@fleetmend/dashboard-api';
import { ADMINISTRATOR, type Browser, testServer } from '../../../testing/test-server';

describe('signing in', () => {
  const server = testServer();

  async function user(role: string, email: string): Promise<Browser> {
    const administrator = await server.sharedAdministrator();
    const password = `the password of ${email}`;
    const made = await administrator.post('/users', { email, name: 'Someone', role, password });
    expect(made.status).toBe(201);
    const browser = server.browser();
    await browser.signIn({ email, password });
    return browser;
  }

  it('gives a session and a cookie that scripts and other sites don’t get', async () => {
    const answer = await server.browser().post('/session', {
      ...ADMINISTRATOR,
      email: ' Admin@Example.org ',
    });
    expect(answer.status).toBe(201);
    expect(sessionSchema.parse(answer.body).user.role).toBe('administrator');
    const cookie = answer.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^fleetmend_session=[\w-]{43};/);
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Strict/);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('keeps only a hash of the secret', async () => {
    const browser = await server.administrator();
    const secret = browser.cookie?.split('=')[1] ?? '';
    const rows = await server.database.query<{ text: string }>(
      'SELECT s::text AS text FROM sessions s',
    );
    expect(JSON.stringify(rows)).not.toContain(secret);
    expect(JSON.stringify(rows)).not.toContain(Buffer.from(secret).toString('hex'));
  });

  it('answers alike whether the account exists or not', async () => {
    const wrong = await server
      .browser()
      .post('/session', { ...ADMINISTRATOR, password: 'not the password' });
    const unknown = await server
      .browser()
      .post('/session', { email: 'nobody@example.org', password: 'not the password' });
    for (const { status, body } of [wrong, unknown]) {
      expect({ status, body: { ...(body as object), requestId: '' } }).toEqual({
        status: 401,
        body: {
          code: 'wrong-credentials',
          message: 'E-mail address or password is wrong.',
          requestId: '',
        },
      });
    }
  });

  it('makes a new session each time and ends the one that was planted', async () => {
    const planted = await server.administrator();
    const victim = server.browser();
    victim.cookie = planted.cookie;
    await victim.signIn(ADMINISTRATOR);
    expect(victim.cookie).not.toBe(planted.cookie);
    expect((await planted.get('/session')).status).toBe(401);
    expect((await victim.get('/session')).status).toBe(200);
  });

  it('does not take a secret of the visitor’s own making', async () => {
    const browser = server.browser();
    const chosen = `fleetmend_session=${'A'.repeat(43)}`;
    browser.cookie = chosen;
    await browser.signIn(ADMINISTRATOR);
    expect(browser.cookie).not.toBe(chosen);
  });

  it('signs out for good', async () => {
    const browser = await server.administrator();
    const { cookie } = browser;
    expect((await browser.delete('/session')).status).toBe(204);
    expect(browser.cookie).toBe('fleetmend_session=');
    browser.cookie = cookie;
    expect((await browser.get('/session')).status).toBe(401);
  });

  it('throttles one account from one address, right password or not', async () => {
    const email = 'throttled@example.org';
    await user('viewer', email);
    const right = { email, password: `the password of ${email}` };
    for (let attempt = 0; attempt < 10; attempt++) {
      const { status } = await server.browser().post('/session', { ...right, password: 'wrong' });
      expect(status).toBe(401);
    }
    const refused = await server.browser().post('/session', right);
    expect(refused).toMatchObject({ status: 429, body: { code: 'throttled' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    await server.administrator();
  });

  describe('with a session', () => {
    const someone = { email: 'x@example.org', name: 'X', role: 'viewer', password: 'long enough!' };

    it.each([
      ['without the token', { 'x-fleetmend-csrf': '' }],
      ['with a wrong token', { 'x-fleetmend-csrf': 'wrong' }],
      ['from another site', { origin: 'https://evil.example' }],
      ['from another site, as the browser says', { 'sec-fetch-site': 'cross-site' }],
    ])('refuses to change anything %s', async (_, headers) => {
      const browser = await server.sharedAdministrator();
      const answer = await browser.post('/users', someone, headers);
      expect(answer).toMatchObject({ status: 403, body: { code: 'cross-site-request' } });
      const { body } = await browser.get('/users');
      expect(JSON.stringify(body)).not.toContain(someone.email);
    });

    it('refuses to sign in from another site', async () => {
      const headers = { origin: 'https://evil.example' };
      const answer = await server.browser().post('/session', ADMINISTRATOR, headers);
      expect(answer).toMatchObject({ status: 403, body: { code: 'cross-site-request' } });
    });

    it('refuses what the role does not include', async () => {
      const viewer = await user('viewer', 'viewer@example.org');
      expect(await viewer.get('/users')).toMatchObject({
        status: 403,
        body: { code: 'forbidden' },
      });
      expect((await viewer.get('/session')).status).toBe(200);
    });

    it('ends when the user is disabled, at once', async () => {
      const operator = await user('operator', 'operator@example.org');
      const administrator = await server.sharedAdministrator();
      const { user: self } = sessionSchema.parse((await operator.get('/session')).body);
      const changed = await administrator.patch(`/users/${self.id}`, { disabled: true });
      expect(changed).toMatchObject({ status: 200, body: { disabled: true } });
      expect((await operator.get('/session')).status).toBe(401);
      await expect(
        server.browser().signIn({ email: self.email, password: `the password of ${self.email}` }),
      ).rejects.toThrow(/wrong-credentials/);
    });

    it('changes the own password and ends the other sessions of the person', async () => {
      const email = 'changer@example.org';
      const here = await user('viewer', email);
      const elsewhere = server.browser();
      await elsewhere.signIn({ email, password: `the password of ${email}` });
      const wrong = await here.post('/users/me/password', {
        current: 'not it',
        next: 'another password',
      });
      expect(wrong).toMatchObject({ status: 403, body: { code: 'wrong-password' } });
      const right = await here.post('/users/me/password', {
        current: `the password of ${email}`,
        next: 'another password',
      });
      expect(right.status).toBe(204);
      expect((await here.get('/session')).status).toBe(200);
      expect((await elsewhere.get('/session')).status).toBe(401);
      await server.browser().signIn({ email, password: 'another password' });
    });
  });
});
