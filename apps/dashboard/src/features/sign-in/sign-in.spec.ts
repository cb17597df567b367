import { Component } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { Router } from '@angular/router';
import { SessionState } from '../../api/session-state';
import { FakeLive } from '../../testing/fake-live';
import { type RoutedPage, prepareRoutes } from '../../testing/routed-page';
import { sampleSession } from '../../testing/samples';
import { SignIn } from './sign-in';

@Component({ template: 'the machines' })
class Machines {}

describe('SignIn', () => {
  let page: RoutedPage;

  beforeEach(async () => {
    page = await prepareRoutes(
      [
        { path: 'sign-in', component: SignIn },
        { path: '**', component: Machines },
      ],
      new FakeLive(),
    );
    await page.harness.navigateByUrl('/sign-in?returnTo=%2Fmachines&ended=true');
  });

  afterEach(() => {
    page.server.verify();
  });

  it('signs in and leads back', async () => {
    expect(page.screen.text).toContain('Your session has ended.');
    page.screen.type('E-mail', '  Ada@Example.org ');
    page.screen.type('Password', 'a long enough one');
    page.screen.press('Sign in');
    const { body } = await page.server.answer('POST /session', sampleSession(), 201);
    await page.rest();
    expect(body).toEqual({ email: 'ada@example.org', password: 'a long enough one' });
    expect(TestBed.inject(SessionState).user()?.name).toBe('Ada Lovelace');
    expect(TestBed.inject(Router).url).toBe('/machines');
  });

  it('asks nobody while something is missing, and goes to the first field that is', async () => {
    page.screen.press('Sign in');
    await page.rest();
    expect(page.screen.description('E-mail')).toBe('Enter your e-mail address.');
    expect(page.screen.description('Password')).toBe('Enter your password.');
    expect(document.activeElement).toBe(page.screen.field('E-mail'));
  });

  it('says what the server said, keeps what was typed, and can try again', async () => {
    page.screen.type('E-mail', 'ada@example.org');
    page.screen.type('Password', 'wrong');
    page.screen.press('Sign in');
    page.screen.press('Sign in');
    await page.rest();
    expect(page.screen.button('Signing in…').disabled).toBe(true);
    await page.server.answer(
      'POST /session',
      { code: 'wrong-credentials', message: 'E-mail or password is wrong.' },
      401,
    );
    await page.rest();
    expect(page.screen.text).toContain('E-mail or password is wrong.');
    expect(page.screen.field('E-mail').value).toBe('ada@example.org');
    page.screen.type('Password', 'right');
    page.screen.press('Sign in');
    await page.server.answer('POST /session', sampleSession(), 201);
    await page.rest();
    expect(page.screen.text).toBe('the machines');
  });

  it('shows the password on demand', async () => {
    page.screen.press('Show password');
    await page.rest();
    expect(page.screen.field('Password').type).toBe('text');
  });
});
