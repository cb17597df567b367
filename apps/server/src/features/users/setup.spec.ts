import { sessionSchema } from '@fleetmend/dashboard-api';
import { testServer } from '../../../testing/test-server';

describe('set-up', () => {
  const server = testServer({ administrator: undefined });
  const person = { email: 'first@example.org', name: 'First', password: 'a good password' };

  it('makes one administrator with the printed link, however many try at once', async () => {
    const { setupLink } = server.running;
    expect(setupLink).toMatch(/^http:\/\/localhost:\d+\/setup#token=[\w-]{32}$/);
    const token = setupLink?.split('token=')[1];
    const browser = server.browser();
    expect((await browser.get('/setup')).body).toEqual({ needed: true });
    const wrong = await browser.post('/setup', { ...person, token: 'a wrong token' });
    expect(wrong).toMatchObject({ status: 403, body: { code: 'wrong-setup-token' } });

    const tries = await Promise.all(
      ['a', 'b', 'c'].map((name) =>
        server.browser().post('/setup', { ...person, email: `${name}@example.org`, token }),
      ),
    );
    expect(tries.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    const session = sessionSchema.parse(tries.find(({ status }) => status === 201)?.body);
    expect(session.user.role).toBe('administrator');
    expect((await browser.get('/setup')).body).toEqual({ needed: false });
    const late = await browser.post('/setup', { ...person, token });
    expect(late).toMatchObject({ status: 409, body: { code: 'setup-already-done' } });
  });
});
