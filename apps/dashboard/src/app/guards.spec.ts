import { Location } from '@angular/common';
import { Component, inject } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { Router, type Routes } from '@angular/router';
import { type Role } from '@fleetmend/dashboard-api';
import { FakeLive } from '../testing/fake-live';
import { type RoutedPage, prepareRoutes } from '../testing/routed-page';
import { sampleSession } from '../testing/samples';
import { requiresRole, setupNeeded, signedIn, signedOut } from './guards';

@Component({ template: '{{ router.url }}' })
class Somewhere {
  protected readonly router = inject(Router);
}
@Component({ template: 'sign in' })
class SignIn {}
@Component({ template: 'set up' })
class Setup {}
@Component({ template: 'no answer' })
class Unavailable {}
@Component({ template: 'not allowed' })
class NotAllowed {}

const routes: Routes = [
  { path: 'sign-in', component: SignIn, canActivate: [signedOut] },
  { path: 'setup', component: Setup, canActivate: [setupNeeded] },
  { path: 'unavailable', component: Unavailable },
  { path: 'not-allowed', component: NotAllowed },
  {
    path: '',
    canActivate: [signedIn],
    children: [
      { path: 'users', component: Somewhere, canActivate: [requiresRole('administrator')] },
      { path: '**', component: Somewhere },
    ],
  },
];

const unauthenticated = { code: 'unauthenticated', message: 'Sign in.' };

describe('guards', () => {
  let page: RoutedPage;

  beforeEach(async () => {
    page = await prepareRoutes(routes, new FakeLive());
  });

  /** Opens an address, with what the server says of the session and, if asked, of set-up. */
  async function open(
    url: string,
    session: Role | null | 'silent',
    setup?: boolean,
  ): Promise<{ text: string; url: string }> {
    const opened = page.harness.navigateByUrl(url);
    if (!url.startsWith('/setup')) {
      if (session === 'silent') await page.server.drop('GET /session');
      else if (session === null) await page.server.answer('GET /session', unauthenticated, 401);
      else await page.server.answer('GET /session', sampleSession({ role: session }));
    }
    if (setup !== undefined) await page.server.answer('GET /setup', { needed: setup });
    // The set-up page makes sure by itself.
    if (setup === true) await page.server.answer('GET /setup', { needed: true });
    await opened;
    await page.rest();
    page.server.verify();
    return { text: page.screen.text, url: TestBed.inject(Location).path() };
  }

  it('opens a page for whoever is signed in', async () => {
    expect((await open('/machines?search=pc', 'viewer')).text).toBe('/machines?search=pc');
  });

  it('leads to sign-in, and keeps where one wanted to go', async () => {
    const { text, url } = await open('/machines?search=pc', null, false);
    expect(text).toBe('sign in');
    expect(url).toBe('/sign-in?returnTo=%2Fmachines%3Fsearch%3Dpc');
  });

  it('leads to set-up while there is no administrator', async () => {
    expect((await open('/machines', null, true)).text).toBe('set up');
  });

  it('asks for the session once, not on every page', async () => {
    await open('/machines', 'viewer');
    await page.harness.navigateByUrl('/failures');
    page.server.verify();
    expect(TestBed.inject(Router).url).toBe('/failures');
  });

  it('leads away from sign-in with a session', async () => {
    expect((await open('/sign-in', 'viewer')).text).toBe('/');
  });

  it('leads from set-up to sign-in once there is an administrator', async () => {
    const opened = page.harness.navigateByUrl('/setup');
    await page.server.answer('GET /setup', { needed: false });
    await page.server.answer('GET /session', unauthenticated, 401);
    await page.server.answer('GET /setup', { needed: false });
    await opened;
    await page.rest();
    expect(page.screen.text).toBe('sign in');
  });

  it.each([
    ['viewer', 'not allowed'],
    ['operator', 'not allowed'],
    ['administrator', '/users'],
  ] as const)('asked for an administrator’s page, shows a %s: %s', async (role, text) => {
    expect(await open('/users', role)).toEqual({ text, url: '/users' });
  });

  it('says that the server does not answer, at the same address, and asks again next time', async () => {
    expect(await open('/machines', 'silent')).toEqual({ text: 'no answer', url: '/machines' });
    expect((await open('/machines', 'viewer')).text).toBe('/machines');
  });
});
