import { TestBed } from '@angular/core/testing';
import { SessionState } from '../../api/session-state';
import { FakeLive } from '../../testing/fake-live';
import { type RoutedPage, prepareRoutes } from '../../testing/routed-page';
import { sampleSession } from '../../testing/samples';
import { Account } from './account';

describe('Account', () => {
  let page: RoutedPage;

  beforeEach(async () => {
    page = await prepareRoutes([{ path: '**', component: Account }], new FakeLive());
    TestBed.inject(SessionState).set(sampleSession());
    await page.harness.navigateByUrl('/');
    await page.rest();
    page.screen.type('Current password', 'the old one');
    page.screen.type('New password', 'correct horse battery');
    page.screen.press('Change password');
  });

  it('changes the password and forgets what was typed', async () => {
    const { body } = await page.server.answer('POST /users/me/password', null, 204);
    await page.rest();
    expect(body).toEqual({ current: 'the old one', next: 'correct horse battery' });
    expect(page.screen.field('Current password').value).toBe('');
    expect(page.screen.field('New password').getAttribute('aria-invalid')).toBeNull();
  });

  it('says at the field that the current one is wrong', async () => {
    const wrong = { code: 'wrong-password', message: 'That is not your password.' };
    await page.server.answer('POST /users/me/password', wrong, 403);
    await page.rest();
    expect(page.screen.description('Current password')).toBe('That is not your password.');
    expect(page.screen.field('New password').value).toBe('correct horse battery');
  });

  it('changes the theme at once and for the next visit', () => {
    page.screen.choose('Dark');
    expect(document.documentElement.dataset['theme']).toBe('dark');
    expect(localStorage.getItem('fleetmend.theme')).toBe('dark');
    page.screen.choose('System');
    expect(document.documentElement.dataset['theme']).toBeUndefined();
  });
});
