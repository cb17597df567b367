import { TestBed } from '@angular/core/testing';
import { SessionState } from '../../api/session-state';
import { FakeLive } from '../../testing/fake-live';
import { type RoutedPage, prepareRoutes } from '../../testing/routed-page';
import { sampleId, sampleSession, sampleUser } from '../../testing/samples';
import { UserList } from './user-list';

const me = sampleUser();
const grace = sampleUser({
  id: sampleId(2),
  name: 'Grace Hopper',
  email: 'grace@example.org',
  role: 'viewer',
});

describe('UserList', () => {
  let page: RoutedPage;

  beforeEach(async () => {
    page = await prepareRoutes([{ path: '**', component: UserList }], new FakeLive());
    TestBed.inject(SessionState).set(sampleSession());
    await page.harness.navigateByUrl('/');
    await page.server.answer('GET /users', { items: [me, grace] });
    await page.rest();
  });

  afterEach(() => {
    page.server.verify();
  });

  async function choose(item: string): Promise<void> {
    page.screen.press('Actions for Grace Hopper');
    await page.rest();
    page.overlay.press(item);
    await page.rest();
  }

  it('lets nobody change themselves here', () => {
    expect(page.screen.text).toContain('Ada Lovelace (you)');
    expect(page.screen.hasButton('Actions for Ada Lovelace')).toBe(false);
  });

  it('changes a role, and shows what the server made of it', async () => {
    await choose('Change name or role…');
    page.overlay.type('Role', 'operator');
    page.overlay.press('Save');
    const { body } = await page.server.answer(`PATCH /users/${grace.id}`, {
      ...grace,
      role: 'operator',
    });
    await page.rest();
    expect(body).toEqual({ name: 'Grace Hopper', role: 'operator' });
    expect(page.screen.text).toContain('grace@example.org Operator');
  });

  it('disables after a yes', async () => {
    await choose('Disable…');
    page.overlay.press('Disable');
    await page.rest();
    const { body } = await page.server.answer(`PATCH /users/${grace.id}`, {
      ...grace,
      disabled: true,
    });
    await page.rest();
    expect(body).toEqual({ disabled: true });
    expect(page.screen.text).toContain('Viewer Disabled');
  });

  it('says at the field that an address is taken', async () => {
    page.screen.press('Add user');
    await page.rest();
    page.overlay.type('Name', 'Grace');
    page.overlay.type('E-mail', 'grace@example.org');
    page.overlay.type('First password', 'correct horse battery');
    page.overlay.press('Add user');
    await page.rest();
    const taken = { code: 'email-taken', message: 'Somebody has this address already.' };
    const { body } = await page.server.answer('POST /users', taken, 409);
    await page.rest();
    expect(body).toMatchObject({ role: 'viewer', email: 'grace@example.org' });
    expect(page.overlay.description('E-mail')).toContain('Somebody has this address already.');
    expect(page.overlay.field('E-mail').getAttribute('aria-invalid')).toBe('true');
  });

  it('sets a new password', async () => {
    await choose('Reset password…');
    page.overlay.type('New password', 'short');
    page.overlay.press('Set password');
    await page.rest();
    expect(page.overlay.description('New password')).toContain('at least 12');
    page.overlay.type('New password', 'correct horse battery');
    page.overlay.press('Set password');
    const { body } = await page.server.answer(`PATCH /users/${grace.id}`, grace);
    expect(body).toEqual({ password: 'correct horse battery' });
    await page.rest();
  });
});
