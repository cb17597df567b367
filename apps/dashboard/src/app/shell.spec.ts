import { Component } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { Router } from '@angular/router';
import { type Role } from '@fleetmend/dashboard-api';
import { SessionState } from '../api/session-state';
import { FakeLive } from '../testing/fake-live';
import { type RoutedPage, prepareRoutes } from '../testing/routed-page';
import { sampleEmergencyStop } from '../testing/campaign-list-samples';
import { sampleSession } from '../testing/samples';
import { Shell } from './shell';

@Component({ template: '<h1>Some page</h1>' })
class SomePage {}

describe('Shell', () => {
  let live: FakeLive;
  let page: RoutedPage;

  beforeEach(async () => {
    live = new FakeLive();
    page = await prepareRoutes(
      [
        { path: 'sign-in', component: SomePage },
        { path: '', component: Shell, children: [{ path: '**', component: SomePage }] },
      ],
      live,
    );
  });

  async function open(role: Role): Promise<void> {
    TestBed.inject(SessionState).set(sampleSession({ role }));
    await page.harness.navigateByUrl('/failures');
    await page.rest();
  }

  function links(): string[] {
    const all = page.harness.fixture.nativeElement as HTMLElement;
    return [...all.querySelectorAll('nav a')].map((link) => link.textContent.trim());
  }

  it.each([
    [
      'viewer',
      ['Failures', 'Machines', 'Remediations', 'Campaigns', 'Escalations', 'Policies', 'Server'],
    ],
    [
      'operator',
      ['Failures', 'Machines', 'Remediations', 'Campaigns', 'Escalations', 'Policies', 'Server'],
    ],
    [
      'administrator',
      [
        ...['Failures', 'Machines', 'Remediations', 'Campaigns', 'Escalations', 'Policies'],
        ...['Enrolment', 'Client updates'],
        ...['Campaign settings', 'Users', 'Audit', 'Server'],
      ],
    ],
  ] as const)('shows a %s the places that are open to them', async (role, places) => {
    await open(role);
    expect(links()).toEqual(places);
  });

  it('says whether changes arrive', async () => {
    await open('viewer');
    expect(page.screen.text).toContain('Live');
    live.state.set('waiting');
    await page.rest();
    expect(page.screen.text).toContain('Reconnecting…');
  });

  it('opens the drawer, and closes it with Escape and with the next page', async () => {
    await open('viewer');
    const menu = page.screen.button('Menu');
    menu.click();
    await page.rest();
    expect(menu.getAttribute('aria-expanded')).toBe('true');
    document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }));
    await page.rest();
    expect(menu.getAttribute('aria-expanded')).toBe('false');
    expect(document.activeElement).toBe(menu);
    menu.click();
    await TestBed.inject(Router).navigateByUrl('/machines');
    await page.rest();
    expect(menu.getAttribute('aria-expanded')).toBe('false');
  });

  it('puts the keyboard at the beginning of a new page, not on a changed filter', async () => {
    await open('viewer');
    const menu = page.screen.button('Menu');
    menu.focus();
    await TestBed.inject(Router).navigateByUrl('/failures?search=x');
    expect(document.activeElement).toBe(menu);
    await TestBed.inject(Router).navigateByUrl('/machines');
    expect(document.activeElement?.id).toBe('content');
  });

  it('signs out', async () => {
    await open('viewer');
    page.screen.press('Account of Ada Lovelace');
    await page.rest();
    page.overlay.press('Sign out');
    await page.server.answer('DELETE /session', null, 204);
    await page.rest();
    expect(TestBed.inject(SessionState).session()).toBeNull();
    expect(TestBed.inject(Router).url).toBe('/sign-in');
  });

  it('says that one is still signed in when the server does not answer', async () => {
    await open('viewer');
    page.screen.press('Account of Ada Lovelace');
    await page.rest();
    page.overlay.press('Sign out');
    await page.server.drop('DELETE /session');
    await page.rest();
    expect(TestBed.inject(SessionState).session()).not.toBeNull();
    expect(page.overlay.text).toContain('You are still signed in.');
  });

  describe('the emergency stop', () => {
    const on = sampleEmergencyStop({
      ...{ on: true, reason: 'Printers stopped working', by: 'otto@example.org' },
      at: '2026-01-01T08:00:00Z',
    });

    it('is turned on with a reason, and then stands over the page', async () => {
      await open('operator');
      await page.server.answer('GET /emergency-stop', sampleEmergencyStop());
      await page.rest();
      page.screen.press('Emergency stop…');
      await page.rest();
      page.overlay.press('Stop everything');
      await page.rest();
      expect(page.overlay.description('Why?')).toContain('Give a reason');
      page.overlay.type('Why?', 'Printers stopped working');
      page.overlay.press('Stop everything');
      const { body } = await page.server.answer('PUT /emergency-stop', on);
      expect(body).toEqual({ on: true, reason: 'Printers stopped working' });
      await page.server.answer('GET /emergency-stop', on);
      await page.rest();
      expect(page.screen.text).toContain('Emergency stop: no machine gets an order');
      expect(page.screen.text).toContain('“Printers stopped working” by otto@example.org,');
      expect(page.screen.hasButton('Emergency stop…')).toBe(false);
    });

    it('appears as soon as somebody else turns it on, and a viewer can not release it', async () => {
      await open('viewer');
      await page.server.answer('GET /emergency-stop', sampleEmergencyStop());
      await page.rest();
      expect(page.screen.hasButton('Emergency stop…')).toBe(false);
      live.reconnected();
      await page.server.answer('GET /emergency-stop', on);
      await page.rest();
      expect(page.screen.text).toContain('Emergency stop: no machine gets an order');
      expect(page.screen.hasButton('Release…')).toBe(false);
    });
  });
});
