import { Component, inject, input } from '@angular/core';
import { MatDialog } from '@angular/material/dialog';
import { TestBed } from '@angular/core/testing';
import { type Guard } from '@fleetmend/dashboard-api';
import { samplePlaybook, samplePreview, sampleRemediation } from '../../testing/fleet-samples';
import { OpenedPage, textOf } from '../../testing/opened-page';
import { sampleId } from '../../testing/samples';
import { RemediateDialogs, type RemediateRequest } from './remediate-dialogs';

const GUARD: Guard = {
  reason: 'The disk is full.',
  evidence: 'The reset keeps the old folder.',
  betterRemedies: ['free-disk-space'],
};
const REQUEST: RemediateRequest = {
  selection: { type: 'matching', filter: { fingerprintId: sampleId(2001) }, except: [] },
  fingerprint: { id: sampleId(2001), label: '0x80070002 in download' },
};

@Component({ selector: 'fm-test-start', template: '' })
class Start {
  readonly #dialogs = inject(RemediateDialogs);

  /** Whether it was started, as soon as the dialog is closed. */
  open(request: RemediateRequest): Promise<boolean> {
    return this.#dialogs.open(request);
  }
}

@Component({ selector: 'fm-test-remediation', template: 'Remediation {{ id() }}' })
class Target {
  readonly id = input('');
}

describe('RemediateDialog', () => {
  let page: OpenedPage;
  let started: Promise<boolean>;

  const dialogText = (): string => textOf(document.querySelector('mat-dialog-container')!);
  const confirmName = /^Reset SoftwareDistribution on|^Dry run on/;

  beforeEach(async () => {
    await opened();
  });
  afterEach(() => {
    TestBed.inject(MatDialog).closeAll();
  });

  async function opened(request = REQUEST): Promise<void> {
    page = await OpenedPage.open(Start, 'start', '/start', {
      role: 'operator',
      routes: [{ path: 'remediations/:id', component: Target }],
    });
    started = page.component(Start).open(request);
    // The dialog is fetched when it is first needed.
    await import('./remediate-dialog');
    await page.rest();
    await page.answer('/playbooks', { items: [samplePlaybook()] });
  }

  it('shows who is included, asks for confirmation with the number, and leads to the remediation', async () => {
    await page.press('Who is included?');
    const asked = await page.answer(
      '/remediations/preview',
      samplePreview({
        included: 37,
        includedOffline: 4,
        excluded: [{ exclusion: 'active-run', machines: 2, reason: 'Another run is active' }],
        machines: [
          {
            machineId: sampleId(1),
            hostname: 'PC-1',
            online: true,
            included: false,
            reason: 'A run is active',
            exclusion: 'active-run',
          },
        ],
      }),
    );
    expect(asked.request.body).toEqual({
      playbook: 'reset-software-distribution',
      parameters: { ignorePendingRestart: false, includeCatroot2: false, verifyMinutes: 15 },
      mode: 'execute',
      selection: REQUEST.selection,
      fingerprintId: sampleId(2001),
    });
    expect(dialogText()).toContain('Another run is active');
    expect(dialogText()).toContain('Left out: A run is active');
    await page.press('Reset SoftwareDistribution on 37 machines');
    const sent = await page.answer('/remediations', sampleRemediation({ machines: 37 }));
    expect(sent.request.body).toMatchObject({ expectedMachines: 37, expiresInHours: 72 });
    await expect(started).resolves.toBe(true);
    expect(page.url).toBe(`/remediations/${sampleId(5000)}`);
  });

  it('previews again when the machines are others by now, and starts nothing by itself', async () => {
    await page.press('Who is included?');
    await page.answer('/remediations/preview', samplePreview({ included: 37 }));
    await page.press(confirmName);
    await page.refuse('/remediations', 'selection-changed', 'There are 36 machines now.');
    await page.answer('/remediations/preview', samplePreview({ included: 36 }));
    expect(dialogText()).toContain('nothing was started');
    expect(page.asked('/remediations')).toHaveLength(0);
    await page.press('Reset SoftwareDistribution on 36 machines');
    const [second] = page.asked('/remediations');
    expect(second!.request.body).toMatchObject({ expectedMachines: 36 });
  });

  it('sends the same request again after a lost answer, so that it can be told from a second one', async () => {
    await page.press('Who is included?');
    await page.answer('/remediations/preview', samplePreview());
    await page.press(confirmName);
    const first = await page.answer('/remediations', { code: 'internal', message: 'Oh.' }, 500);
    expect(dialogText()).toContain('Oh.');
    await page.press(confirmName);
    const [second] = page.asked('/remediations');
    expect(second!.request.body).toEqual(first.request.body);
  });

  it('makes another request of another plan', async () => {
    await page.press('Who is included?');
    await page.answer('/remediations/preview', samplePreview());
    await page.press(confirmName);
    const first = await page.answer('/remediations', { code: 'internal', message: 'Oh.' }, 500);
    await page.press('Back');
    choose('dry-run');
    await page.rest();
    await page.press('Who is included?');
    await page.answer('/remediations/preview', samplePreview());
    await page.press('Dry run on 2 machines');
    const [second] = page.asked('/remediations');
    expect(requestIdOf(second!.request.body)).not.toBe(requestIdOf(first.request.body));
    expect(second!.request.body).toMatchObject({ mode: 'dry-run' });
  });

  it('starts against the guard only with a reason, and sends it', async () => {
    await page.press('Who is included?');
    await page.answer('/remediations/preview', samplePreview({ guard: GUARD }));
    expect(dialogText()).toContain('The disk is full.');
    expect(dialogText()).toContain('Free disk space');
    expect(page.button(confirmName).disabled).toBe(true);
    const reason = document.querySelector('textarea')!;
    reason.value = '  the disk was cleared  ';
    reason.dispatchEvent(new Event('input'));
    await page.rest();
    await page.press(confirmName);
    const [sent] = page.asked('/remediations');
    expect(sent!.request.body).toMatchObject({ overrideReason: 'the disk was cleared' });
  });

  it('starts nothing on no machine', async () => {
    await page.press('Who is included?');
    await page.answer('/remediations/preview', samplePreview({ included: 0 }));
    expect(page.button(confirmName).disabled).toBe(true);
    expect(dialogText()).toContain('There is no machine to do it on.');
  });

  it('drops a preview that comes after the plan was changed', async () => {
    await page.press('Who is included?');
    const [slow] = page.asked('/remediations/preview');
    choose('dry-run');
    await page.rest();
    await page.reply(slow!, samplePreview({ included: 99 }));
    expect(dialogText()).not.toContain('99');
    expect(page.hasButton('Who is included?')).toBe(true);
  });

  it('refuses a setting that the playbook does not allow', async () => {
    const minutes = document.querySelector<HTMLInputElement>('#parameter-verifyMinutes')!;
    for (const [value, allowed] of [
      ['0', false],
      ['', false],
      ['240', true],
      ['241', false],
    ] as const) {
      minutes.value = value;
      minutes.dispatchEvent(new Event('input'));
      await page.rest();
      expect({ value, allowed: !page.button('Who is included?').disabled }).toEqual({
        value,
        allowed,
      });
    }
  });

  it('says why there is no preview', async () => {
    await page.press('Who is included?');
    await page.refuse('/remediations/preview', 'invalid-request', 'That filter is unknown.', 400);
    expect(dialogText()).toContain('That filter is unknown.');
    expect(page.hasButton('Who is included?')).toBe(true);
  });

  it('closes without starting', async () => {
    await page.press('Cancel');
    await expect(started).resolves.toBe(false);
    expect(page.url).toBe('/start');
  });

  function choose(mode: string): void {
    document.querySelector<HTMLInputElement>(`input[type=radio][value=${mode}]`)!.click();
  }
});

function requestIdOf(body: unknown): unknown {
  return (body as { requestId: unknown }).requestId;
}
