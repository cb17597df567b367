import { Location } from '@angular/common';
import { Component } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { Router } from '@angular/router';
import { FakeLive } from '../../testing/fake-live';
import { type RoutedPage, prepareRoutes } from '../../testing/routed-page';
import { sampleSession } from '../../testing/samples';
import { Setup } from './setup';

@Component({ template: 'inside' })
class Inside {}

describe('Setup', () => {
  let page: RoutedPage;

  beforeEach(async () => {
    page = await prepareRoutes(
      [
        { path: 'setup', component: Setup },
        { path: '**', component: Inside },
      ],
      new FakeLive(),
    );
  });

  afterEach(() => {
    page.server.verify();
  });

  function fill(): void {
    page.screen.type('Your name', 'Ada');
    page.screen.type('E-mail', 'ada@example.org');
    page.screen.type('Password', 'correct horse battery');
  }

  it('takes the token from the address, and takes it away there', async () => {
    await page.harness.navigateByUrl('/setup#token=once%2Bonly');
    await page.rest();
    expect(TestBed.inject(Location).path(true)).toBe('/setup');
    expect(page.screen.hasField('Set-up token')).toBe(false);
    fill();
    page.screen.press('Set up FleetMend');
    const { body } = await page.server.answer('POST /setup', sampleSession(), 201);
    await page.rest();
    expect(body).toEqual({
      token: 'once+only',
      name: 'Ada',
      email: 'ada@example.org',
      password: 'correct horse battery',
    });
    expect(TestBed.inject(Router).url).toBe('/');
  });

  it('asks for the token when the address has none', async () => {
    await page.harness.navigateByUrl('/setup');
    fill();
    page.screen.press('Set up FleetMend');
    await page.rest();
    expect(page.screen.description('Set-up token')).toContain('Enter the token');
  });

  it('lets a wrong token be corrected', async () => {
    await page.harness.navigateByUrl('/setup#token=old');
    fill();
    page.screen.press('Set up FleetMend');
    await page.server.answer(
      'POST /setup',
      { code: 'wrong-setup-token', message: 'The set-up token is wrong.' },
      403,
    );
    await page.rest();
    expect(page.screen.description('Set-up token')).toContain('The set-up token is wrong.');
    page.screen.type('Set-up token', 'new');
    page.screen.press('Set up FleetMend');
    const { body } = await page.server.answer('POST /setup', sampleSession(), 201);
    expect(body).toMatchObject({ token: 'new' });
  });

  it('refuses a short password before anybody is asked', async () => {
    await page.harness.navigateByUrl('/setup#token=x');
    fill();
    page.screen.type('Password', 'short');
    page.screen.press('Set up FleetMend');
    await page.rest();
    expect(page.screen.description('Password')).toContain('Use at least 12 characters.');
  });
});
