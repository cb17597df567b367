import { Component } from '@angular/core';
import { MATERIAL_ANIMATIONS } from '@angular/material/core';
import type { CampaignDetail } from '@fleetmend/dashboard-api';
import { Confirm } from '../../design/confirm-dialog';
import {
  sampleCampaign,
  sampleCampaignPreview,
  sampleMatrix,
  sampleMove,
  sampleTarget,
} from '../../testing/campaign-samples';
import { OpenedPage, textOf } from '../../testing/opened-page';
import { sampleId } from '../../testing/samples';
import { CampaignPage } from './campaign-page';

@Component({ template: '' })
class Elsewhere {}

describe('CampaignPage', () => {
  const id = sampleId(6000);
  const path = `/campaigns/${id}`;
  const ask = jest.fn<Promise<boolean>, [unknown]>();

  beforeEach(() => {
    jest.useFakeTimers();
    ask.mockReset().mockResolvedValue(true);
  });
  afterEach(() => {
    document.querySelectorAll('.cdk-overlay-container').forEach((element) => {
      element.remove();
    });
    jest.useRealTimers();
  });

  async function answerAll(page: OpenedPage, campaign: CampaignDetail, query = ''): Promise<void> {
    await page.answer(path, campaign);
    await page.answer(`${path}/tiles`, {
      tiles: [
        { m: sampleId(3001), h: 'PC-1', w: 1, s: 'success' },
        { m: sampleId(3002), h: 'PC-2', w: 2, s: 'hard' },
        { m: sampleId(3003), h: 'PC-3', w: 3, s: 'waiting' },
      ],
    });
    await page.answer(`${path}/matrix`, sampleMatrix());
    // A draft has no machines and no past.
    if (campaign.launchedAt === null) return;
    await page.answer(`${path}/targets${query}`, {
      items: [sampleTarget(1)],
      next: null,
      total: 1,
    });
    await page.answer(`${path}/feed`, { items: [sampleMove(1)], next: null, total: 1 });
  }

  async function opened(
    campaign: CampaignDetail,
    { url = path, query = '' } = {},
  ): Promise<OpenedPage> {
    const page = await OpenedPage.open(CampaignPage, 'campaigns/:id', url, {
      role: 'operator',
      providers: [
        { provide: Confirm, useValue: { ask } },
        { provide: MATERIAL_ANIMATIONS, useValue: { animationsDisabled: true } },
      ],
      routes: [{ path: 'campaigns/:id/edit', component: Elsewhere }],
    });
    await answerAll(page, campaign, query);
    return page;
  }

  function reason(text: string): void {
    const field = document.querySelector<HTMLTextAreaElement>('fm-reason-field textarea')!;
    field.value = text;
    field.dispatchEvent(new Event('input'));
  }

  it('says how the campaign stands, why it is paused and what it asks for', async () => {
    const page = await opened(
      sampleCampaign({
        state: 'paused',
        pauseReason: 'gate-failed',
        pauseMessage: 'Wave 2: 4 hard errors of at most 3.',
        actions: ['retry-wave', 'stop'],
      }),
    );
    expect(page.text).toContain('Paused: gate failed');
    expect(page.text).toContain('4 hard errors of at most 3.');
    expect(page.text).toContain('Wave 2 did not pass. What shall become of it?');
    expect(page.text).toContain('wave 2 of 4 · 65 of 120 decided');
  });

  it('offers exactly the decisions that the server names', async () => {
    const page = await opened(sampleCampaign({ actions: ['pause', 'stop', 'shrink', 'change'] }));
    const decisions = page.element.querySelector('[aria-label="Decisions"]')!;
    expect([...decisions.querySelectorAll('button')].map(textOf)).toEqual([
      'Pause',
      'Stop for good',
      'More',
    ]);
    await page.press('More');
    const menu = [...document.querySelectorAll('[mat-menu-item]')].map(textOf);
    expect(menu).toEqual(['Shrink', 'Change the rules']);
  });

  it('offers nothing to who may decide nothing', async () => {
    const page = await opened(sampleCampaign({ actions: [] }));
    expect(page.element.querySelector('[aria-label="Decisions"]')).toBeNull();
  });

  it('says what a pause means in numbers, and pauses only with a reason', async () => {
    const page = await opened(sampleCampaign());
    await page.press('Pause');
    const dialog = document.querySelector('mat-dialog-container')!;
    expect(textOf(dialog)).toContain('10 machines at work now go on to their end.');
    expect(textOf(dialog)).toContain('40 machines that wait get no order');
    const send = dialog.querySelector<HTMLButtonElement>('button[type=submit]')!;
    send.click();
    await page.rest();
    expect(page.asked(`${path}/actions`)).toHaveLength(0);
    expect(textOf(dialog)).toContain('Say why, in 3 to 500 characters.');
    reason('The server room has no power.');
    send.click();
    await page.rest();
    const { request } = await page.answer(
      `${path}/actions`,
      sampleCampaign({ state: 'paused', pauseReason: 'manual', actions: ['resume'] }),
    );
    expect(request.body).toEqual({ action: 'pause', reason: 'The server room has no power.' });
    expect(page.text).toContain('Paused: by a person');
    expect(page.hasButton('Resume')).toBe(true);
  });

  it('launches on the number of machines that was shown', async () => {
    const page = await opened(
      sampleCampaign({ state: 'draft', launchedAt: null, wave: null, actions: ['launch'] }),
    );
    await page.press('Launch');
    await page.answer('/campaigns/preview', sampleCampaignPreview({ included: 118 }));
    const dialog = document.querySelector('mat-dialog-container')!;
    expect(textOf(dialog)).toContain('Runs on 118 machines in 1 wave.');
    dialog.querySelector<HTMLButtonElement>('button[type=submit]')!.click();
    await page.rest();
    const { request } = await page.answer(
      `${path}/actions`,
      sampleCampaign({ state: 'scheduled', actions: ['stop'] }),
    );
    expect(request.body).toEqual({ action: 'launch', expectedMachines: 118 });
  });

  it('proposes only the part of the rules that was changed', async () => {
    const campaign = sampleCampaign({ actions: ['change'], approvalNeeded: true });
    const page = await opened(campaign);
    await page.press('More');
    await page.press('Change the rules');
    const dialog = document.querySelector('mat-dialog-container')!;
    expect(textOf(dialog)).toContain('It needs approval again');
    const field = dialog.querySelector<HTMLInputElement>('fieldset input')!;
    field.value = '80';
    field.dispatchEvent(new Event('input'));
    await page.rest();
    expect(textOf(dialog.querySelector('fm-rule-changes')!)).toBe(
      'A wave passes with from 90 % successes → to 80 % successes',
    );
    reason('It is what can be had.');
    dialog.querySelector<HTMLButtonElement>('button[type=submit]')!.click();
    await page.rest();
    const { request } = await page.answer(`${path}/actions`, campaign);
    expect(request.body).toEqual({
      action: 'change',
      change: { gate: { ...campaign.plan.gate, successPercent: 80 } },
      reason: 'It is what can be had.',
    });
  });

  it('makes a campaign of the chosen outcomes, and leads to its plan', async () => {
    const page = await opened(
      sampleCampaign({ state: 'completed-with-failures', wave: null, actions: ['retry-failed'] }),
    );
    await page.press(/^Same error, 0x80070002: 30 machines/);
    await page.press(/^Another error, 0x80070003: 7 machines/);
    await page.press(/^Fixed, no code: 60 machines/);
    await page.press('New campaign from these 37');
    const draft = sampleCampaign({ id: sampleId(6001), state: 'draft' });
    const { request } = await page.answer(`${path}/retry-failed`, draft);
    expect(request.body).toMatchObject({
      outcomes: [
        { verdict: 'same-error', code: '0x80070002' },
        { verdict: 'new-error', code: '0x80070003' },
      ],
    });
    expect(page.url).toBe(`/campaigns/${draft.id}/edit`);
  });

  it('shows the machines of an outcome without a code', async () => {
    const page = await opened(sampleCampaign(), {
      url: `${path}?verdict=skipped&code=`,
      query: '?code=',
    });
    expect(page.hasButton(/Without a code/)).toBe(true);
    await page.press(/Without a code/);
    const [request] = page.asked(`${path}/targets`);
    expect(request?.request.params.get('verdict')).toBe('skipped');
    expect(request?.request.params.get('code')).toBeNull();
  });

  it('loads again what changed, and nothing for another campaign', async () => {
    const page = await opened(sampleCampaign());
    page.live.changed({ campaigns: [sampleId(6001)] });
    await page.changesGathered();
    expect(page.asked(path)).toHaveLength(0);
    page.live.changed({ campaigns: [id] });
    await page.changesGathered();
    await answerAll(page, sampleCampaign({ state: 'completed', wave: null, actions: [] }));
    expect(page.text).toContain('Completed');
    page.live.reconnected();
    await page.changesGathered();
    await answerAll(page, sampleCampaign());
    expect(page.text).toContain('Running');
  });

  it('paints each wave, and says the same in words', async () => {
    const page = await opened(sampleCampaign());
    const walls = [...page.element.querySelectorAll('fm-tile-wall svg')];
    expect(walls.map((wall) => wall.getAttribute('aria-label'))).toEqual([
      'Wave 1: 1 succeeded',
      'Wave 2: 1 went wrong',
      'Wave 3: 1 waiting',
    ]);
    expect(page.text).toContain('2 of at most 3 machines');
  });
});
