import { Component } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { MATERIAL_ANIMATIONS } from '@angular/material/core';
import { Router } from '@angular/router';
import type { CampaignDetail, NewCampaign } from '@fleetmend/dashboard-api';
import {
  sampleCampaignPlan,
  samplePlanPreview,
  sampleSavedCampaign,
} from '../../testing/campaign-wizard-samples';
import { sampleFingerprint, samplePlaybook } from '../../testing/fleet-samples';
import { OpenedPage, textOf } from '../../testing/opened-page';
import { sampleId } from '../../testing/samples';
import { CampaignWizard } from './campaign-wizard';

@Component({ template: 'The campaign' })
class CampaignPage {}

const PREVIEW = '/campaigns/preview';
// Dialogs close at once.
const providers = [{ provide: MATERIAL_ANIMATIONS, useValue: { animationsDisabled: true } }];

describe('CampaignWizard', () => {
  const failure = sampleFingerprint(1);
  const playbooks = { items: [{ ...samplePlaybook(), name: 'sync-clock' }, samplePlaybook()] };

  beforeEach(() => {
    jest.useFakeTimers({ now: new Date('2026-01-01T08:00:00Z') });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  async function opened(url = `/campaigns/new?fingerprintId=${failure.id}`): Promise<OpenedPage> {
    const page = await OpenedPage.open(CampaignWizard, 'campaigns/new', url, {
      role: 'operator',
      providers,
      routes: [{ path: 'campaigns/:id', component: CampaignPage }],
    });
    return page;
  }

  /** With a failure chosen, its proposals known, and the first preview shown. */
  async function ready(preview = samplePlanPreview()): Promise<OpenedPage> {
    const page = await opened();
    await page.answer('/playbooks', playbooks);
    await page.answer(`/fingerprints/${failure.id}`, failure);
    await settle(page);
    await page.answer(PREVIEW, preview);
    return page;
  }

  /** Until the pause after typing is over. */
  async function settle(page: OpenedPage): Promise<void> {
    await jest.advanceTimersByTimeAsync(500);
    await page.rest();
  }

  async function go(page: OpenedPage, name: RegExp): Promise<void> {
    await page.press(name);
  }

  async function type(page: OpenedPage, label: string, value: string): Promise<void> {
    const box = field(page, label);
    box.value = value;
    box.dispatchEvent(new Event('input'));
    box.dispatchEvent(new Event('blur'));
    await page.rest();
  }

  function field(page: OpenedPage, label: string): HTMLInputElement {
    const found = [...page.element.querySelectorAll('label')].find(
      (each) => textOf(each) === label,
    );
    const box = found === undefined ? null : document.getElementById(found.htmlFor);
    if (box === null) throw new Error(`There is no field "${label}".`);
    return box as HTMLInputElement;
  }

  function describedBy(box: HTMLElement): string {
    const ids = box.getAttribute('aria-describedby')?.split(' ') ?? [];
    return ids.map((id) => document.getElementById(id)?.textContent ?? '').join(' ');
  }

  it('previews the failure it was opened with, with the playbook that is proposed for it', async () => {
    const page = await opened();
    await page.answer('/playbooks', playbooks);
    await page.answer(`/fingerprints/${failure.id}`, failure);
    await settle(page);
    const { request } = await page.answer(PREVIEW, samplePlanPreview());
    const { plan } = request.body as NewCampaign;
    expect(plan.targets.source).toEqual({
      ...{ type: 'matching', filter: { fingerprintId: failure.id }, except: [] },
    });
    expect(plan.playbook).toBe('reset-software-distribution');
    expect(plan.execution.endAt).toBe('2026-01-15T08:00:00.000Z');
    for (const words of [
      '12 machines',
      '2 of them offline now',
      'Wave 1 5 (1 canary)',
      'About 30 hours , 3 days at worst',
      'About 3 GB to be downloaded again, 1 GB set aside',
      'would have stopped “January” after 14 of 40 machines : 4 machines went wrong',
      'Chronic: nothing has helped 3 runs within 30 days did not help',
      'PC-2 Wave 1, Canary',
      'No second person is needed.',
    ]) {
      expect(page.text).toContain(words);
    }
  });

  it('asks once typing pauses, shows only the newest answer, and the older one until then', async () => {
    const page = await ready();
    await go(page, /Rollout/);
    await type(page, 'Machines at once', '3');
    await jest.advanceTimersByTimeAsync(100);
    await type(page, 'Machines at once', '30');
    expect(page.asked(PREVIEW)).toHaveLength(0);
    await settle(page);
    const [slow] = page.asked(PREVIEW);
    expect((slow?.request.body as NewCampaign).plan.execution.concurrency).toBe(30);
    await type(page, 'Machines at once', '300');
    await settle(page);
    expect(slow?.cancelled).toBe(true);
    expect(page.text).toContain('12 machines');
    await page.answer(PREVIEW, samplePlanPreview({ included: 11 }));
    expect(page.text).toContain('11 machines');
    expect(page.asked(PREVIEW)).toHaveLength(0);
  });

  it('keeps what was written from page to page, and the keyboard at the head of the new one', async () => {
    const page = await ready();
    await go(page, /Rollout/);
    await type(page, 'Succeeded, of the decided', '75');
    expect(page.text).toContain("80 % of the wave's machines are decided and 75 % of those");
    await go(page, /^Back/);
    expect(page.url).toContain('step=playbook');
    expect(textOf(document.activeElement!)).toBe('Page 2 of 4: Playbook');
    await go(page, /Next: Rollout/);
    expect(field(page, 'Succeeded, of the decided').value).toBe('75');
  });

  it('says at the field what is wrong, by the contract at once and by the server with its answer', async () => {
    const page = await ready();
    await go(page, /Rollout/);
    const box = field(page, 'Machines at once');
    await type(page, 'Machines at once', '0');
    expect(describedBy(box)).toContain('At least 1.');
    await settle(page);
    expect(page.asked(PREVIEW)).toHaveLength(0);
    await type(page, 'Machines at once', '40');
    await settle(page);
    const problems = [{ path: 'gate.minimumDecided', message: 'is more than wave 2 has' }];
    await page.answer(PREVIEW, samplePlanPreview({ problems }));
    expect(page.text).toContain('Still to be done');
    expect(field(page, 'Decided at least').getAttribute('aria-invalid')).toBeNull();
    await go(page, /Review/);
    expect(textOf(page.button(/Rollout/))).toContain('1 problem');
    await go(page, /Rollout/);
    expect(describedBy(field(page, 'Decided at least'))).toContain('Is more than wave 2 has.');
  });

  it('saves nothing as long as something is missing', async () => {
    const page = await opened('/campaigns/new');
    await page.answer('/playbooks', playbooks);
    await page.press('Save draft');
    expect(page.text).toContain('It can not be saved yet.');
    expect(page.text).toContain('Choose which machines.');
    expect(page.asked('/campaigns')).toHaveLength(0);
  });

  it('launches what the preview showed', async () => {
    const page = await ready();
    await go(page, /Review/);
    await type(page, 'Name', 'Reset Berlin');
    await page.press('Launch on 12 machines');
    const saved = sampleSavedCampaign();
    const { request } = await page.answer('/campaigns', saved);
    expect((request.body as NewCampaign).plan.name).toBe('Reset Berlin');
    const action = await page.answer(`/campaigns/${saved.id}/actions`, running(saved));
    expect(action.request.body).toEqual({ action: 'launch', expectedMachines: 12 });
    expect(page.url).toBe(`/campaigns/${saved.id}`);
  });

  it('shows how the machines are now when they are others at launch, and changes the same draft', async () => {
    const page = await ready();
    await go(page, /Review/);
    await page.press('Launch on 12 machines');
    const saved = sampleSavedCampaign();
    await page.answer('/campaigns', saved);
    const actions = `/campaigns/${saved.id}/actions`;
    await page.refuse(actions, 'selection-changed', 'The machines are others now.');
    await page.answer(PREVIEW, samplePlanPreview({ included: 13 }));
    expect(page.text).toContain('The machines changed since the preview');
    await page.press('Launch on 13 machines');
    const put = await page.answer(`/campaigns/${saved.id}`, saved);
    expect(put.request.method).toBe('PUT');
    const action = await page.answer(actions, running(saved));
    expect(action.request.body).toEqual({ action: 'launch', expectedMachines: 13 });
  });

  it('submits where a second person is needed', async () => {
    const page = await ready(samplePlanPreview({ approvalNeeded: true }));
    await go(page, /Review/);
    await page.press('Submit for approval');
    const saved = sampleSavedCampaign();
    await page.answer('/campaigns', saved);
    const submitted = { ...saved, state: 'pending-approval' };
    const action = await page.answer(`/campaigns/${saved.id}/actions`, submitted);
    expect(action.request.body).toEqual({ action: 'submit' });
  });

  it('wants a reason where the guard says no', async () => {
    const guard = { reason: 'The disk is full.', evidence: 'KB1.', betterRemedies: [] };
    const page = await ready(samplePlanPreview({ guard }));
    await page.press('Choose another, or say why');
    await type(page, 'Why do it all the same? The reason is recorded.', 'Agreed with Ada');
    await settle(page);
    const { request } = await page.answer(PREVIEW, samplePlanPreview({ guard }));
    expect((request.body as NewCampaign).plan.overrideReason).toBe('Agreed with Ada');
    expect(page.hasButton('Choose another, or say why')).toBe(false);
  });

  it('takes the machines that were selected in a list', async () => {
    const page = await opened('/campaigns/new');
    await page.answer('/playbooks', playbooks);
    const selection = { type: 'machines', machineIds: [sampleId(3002)] };
    await TestBed.inject(Router).navigateByUrl('/campaigns/1');
    await TestBed.inject(Router).navigate(['/campaigns/new'], {
      state: {
        campaignStart: { selection, names: [{ machineId: sampleId(3002), hostname: 'PC-2' }] },
      },
    });
    await page.rest();
    await page.answer('/playbooks', playbooks);
    expect(page.text).toContain('Machines by hand');
    expect(page.hasButton('Remove PC-2')).toBe(true);
  });

  it('looks names up, and says which are none', async () => {
    const page = await opened('/campaigns/new');
    await page.answer('/playbooks', playbooks);
    const choice = [...page.element.querySelectorAll('mat-radio-button')].find((each) =>
      textOf(each).startsWith('A list of names'),
    );
    choice?.querySelector('input')?.click();
    await page.rest();
    await type(page, 'Host names', 'PC-2\nPC-404');
    await page.press('Look the names up');
    const { request } = await page.answer('/machines/resolve-names', {
      names: [
        { name: 'PC-2', result: 'machine', machineId: sampleId(3002) },
        { name: 'PC-404', result: 'unknown' },
      ],
      ...{ machineIds: [sampleId(3002)], unknown: 1, ambiguous: 0 },
    });
    expect(request.body).toEqual({ text: 'PC-2\nPC-404' });
    expect(page.text).toContain('1 machine found, 1 name unknown');
    expect(page.text).toContain('PC-404 : no machine has this name');
  });

  describe('with a draft', () => {
    const saved = sampleSavedCampaign();
    const url = `/campaigns/${saved.id}/edit`;

    async function openedDraft(campaign: CampaignDetail): Promise<OpenedPage> {
      const page = await OpenedPage.open(CampaignWizard, 'campaigns/:id/edit', url, {
        role: 'operator',
        providers,
        routes: [
          { path: 'campaigns/:id', component: CampaignPage },
          { path: 'campaigns', component: CampaignPage },
        ],
      });
      await page.answer(`/campaigns/${saved.id}`, campaign);
      await page.answer('/playbooks', playbooks);
      return page;
    }

    it('changes the draft, and keeps what nobody touched', async () => {
      const page = await openedDraft(saved);
      await settle(page);
      await page.answer(PREVIEW, samplePlanPreview());
      await go(page, /Review/);
      await type(page, 'Description', 'Once more');
      await page.press('Save draft');
      const { request } = await page.answer(`/campaigns/${saved.id}`, saved);
      expect(request.method).toBe('PUT');
      const untouched = { ...sampleCampaignPlan(), parameters: expect.anything() as unknown };
      expect(request.body).toEqual({ ...untouched, description: 'Once more' });
    });

    it('throws it away after a question', async () => {
      const page = await openedDraft(saved);
      await page.press('Discard the draft…');
      await page.press('Discard');
      const [request] = page.asked(`/campaigns/${saved.id}`);
      expect(request?.request.method).toBe('DELETE');
      await page.reply(request!, {});
      expect(page.url).toBe('/campaigns');
    });

    it('changes nothing of a campaign that was launched', async () => {
      const page = await openedDraft(running(saved));
      expect(page.text).toContain('This campaign can not be changed here any more.');
      expect(page.hasButton('Save draft')).toBe(false);
    });
  });

  it('asks before what was written is lost', async () => {
    const page = await ready();
    const wizard = page.component(CampaignWizard);
    expect(await wizard.mayLeave()).toBe(true);
    await go(page, /Rollout/);
    await type(page, 'Machines at once', '3');
    const leaving = wizard.mayLeave();
    await page.rest();
    await page.press('Cancel');
    expect(await leaving).toBe(false);
  });
});

function running(campaign: CampaignDetail): CampaignDetail {
  return { ...campaign, state: 'running', actions: ['pause', 'stop'] };
}
