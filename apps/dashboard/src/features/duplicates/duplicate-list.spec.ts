import { MATERIAL_ANIMATIONS } from '@angular/material/core';
import { type MergePreview, type PossibleDuplicate } from '@fleetmend/dashboard-api';
import { sampleMachine } from '../../testing/fleet-samples';
import { OpenedPage, textOf } from '../../testing/opened-page';
import { sampleId } from '../../testing/samples';
import { DuplicateList } from './duplicate-list';

const side = (n: number, hostname: string, online: boolean): PossibleDuplicate['newer'] => {
  const { id, domain, osName, osVersion, clientVersion, lastSeenAt, enrolledAt, retiredAt } =
    sampleMachine(n);
  return {
    ...{ id, domain, osName, osVersion, clientVersion, lastSeenAt, enrolledAt, retiredAt },
    ...{ hostname, online, smbiosUuid: '4c4c4544-0042-3510-8052-b3c04f4b4e32' },
    machineGuid: `guid-${n}`,
  };
};

const pair: PossibleDuplicate = {
  id: sampleId(7001),
  kind: 're-image',
  evidence: ['smbios-uuid', 'hostname'],
  state: 'open',
  firstSeenAt: '2026-01-02T08:00:00Z',
  ...{ decidedAt: null, decidedBy: null, keptId: null },
  newer: side(2, 'PC-7', true),
  older: side(1, 'pc-7', false),
};

const preview: MergePreview = {
  keepId: pair.newer.id,
  retireId: pair.older.id,
  moves: { failures: 12, successes: 3, runs: 2, rejectedOrders: 0 },
  closes: 1,
  obstacles: [],
};
const waiting = {
  ...{ id: sampleId(7100), machineId: pair.older.id, machineHostname: 'PC-1', hostname: 'COPY-1' },
  ...{ smbiosUuid: null, machineGuid: 'g', clientVersion: '0.1.0', address: '10.0.0.7' },
  ...{ firstAskedAt: '2026-01-02T08:00:00Z', lastAskedAt: '2026-01-02T08:00:00Z' },
};

/** The components and their dialogs are real; the server's answers are the spec's. */
describe('DuplicateList', () => {
  const WHERE = `/duplicates/${pair.id}`;

  async function opened(
    items: readonly PossibleDuplicate[] = [pair],
    around: { shared?: object[]; waiting?: object[]; role?: 'viewer' } = {},
  ): Promise<OpenedPage> {
    const page = await OpenedPage.open(DuplicateList, '', '/', {
      role: around.role ?? 'administrator',
      providers: [{ provide: MATERIAL_ANIMATIONS, useValue: { animationsDisabled: true } }],
    });
    await page.answer('/duplicates', { items, next: null, total: items.length });
    await answerAround(page, around);
    return page;
  }
  async function answerAround(
    page: OpenedPage,
    { shared = [], waiting: asked = [] }: { shared?: object[]; waiting?: object[] } = {},
  ): Promise<void> {
    await page.answer('/duplicates/shared-hints', { items: shared });
    await page.answer('/re-enrolments/waiting', { items: asked });
    await page.answer('/duplicates/settings', { automaticReEnrolment: true });
  }
  const dialog = () => textOf(document.querySelector('mat-dialog-container')!);

  it('shows a pair side by side, with what speaks for it', async () => {
    const page = await opened();
    for (const words of [
      'PC-7, twice',
      'Re-imaged',
      'the same hardware UUID and the same name.',
      'Hardware UUID Same 4c4c4544-0042-3510-8052-b3c04f4b4e32',
      'MachineGuid guid-2 guid-1',
    ]) {
      expect(page.text).toContain(words);
    }
  });

  it('says what a merge does before it does it, and keeps the one that lives', async () => {
    const page = await opened();
    await page.press(/^Same computer/);
    const asked = await page.answer(`${WHERE}/merge-preview`, preview);
    expect(asked.request.params.get('keepId')).toBe(pair.newer.id);
    expect(dialog()).toContain('PC-7 takes over 12 failures, 3 successes and 2 runs.');
    expect(dialog()).toContain('can’t be taken back');
    await page.press('Merge');
    const { request } = await page.answer(`${WHERE}/merge`, {
      ...{ ...pair, state: 'merged', keptId: pair.newer.id, decidedBy: 'a@b.c' },
      decidedAt: '2026-01-02T08:00:00Z',
    });
    expect(request.body).toEqual({ keepId: pair.newer.id });
    await page.answer('/duplicates', { items: [], next: null, total: 0 });
    expect(page.text).toContain('No possible duplicates');
  });

  it('offers no merge against an obstacle, and shows what the server says', async () => {
    const page = await opened();
    await page.press(/^Same computer/);
    const obstacles = ['A run is going on or waits on PC-7.'];
    await page.answer(`${WHERE}/merge-preview`, { ...preview, obstacles });
    expect(dialog()).toContain('A run is going on');
    expect(page.button('Merge').disabled).toBe(true);
    document.querySelectorAll<HTMLInputElement>('mat-dialog-container input')[1]!.click();
    await page.rest();
    await page.answer(`${WHERE}/merge-preview`, { ...preview, keepId: pair.older.id });
    await page.press('Merge');
    await page.refuse(`${WHERE}/merge`, 'conflict', 'Somebody was faster.');
    expect(dialog()).toContain('Somebody was faster.');
    await page.press('Cancel');
  });

  it('dismisses after it was asked', async () => {
    const page = await opened();
    await page.press(/^Two computers/);
    await page.press('Yes, two computers');
    const { request } = await page.answer(`${WHERE}/dismiss`, {
      ...{ ...pair, state: 'dismissed', decidedBy: 'a@b.c' },
      decidedAt: '2026-01-02T08:00:00Z',
    });
    expect(request.method).toBe('POST');
  });

  it('lets an administrator decide about copies, and what happens by itself', async () => {
    const page = await opened([], { waiting: [waiting] });
    expect(page.text).toContain('COPY-1 has the key of PC-1');
    await page.press('Allow COPY-1');
    const { request } = await page.answer(`/re-enrolments/${waiting.id}/decision`, {});
    expect(request.body).toEqual({ allow: true });
    await answerAround(page);
    page.element.querySelector<HTMLInputElement>('.setting input')!.click();
    await page.rest();
    const changed = await page.answer('/duplicates/settings', { automaticReEnrolment: false });
    expect(changed.request.method).toBe('PUT');
    expect(changed.request.body).toEqual({ automaticReEnrolment: false });
  });

  it('explains values that say nothing, and lets viewers only look', async () => {
    const shared = [
      { hint: 'smbios-uuid', value: 'aa', machines: 200, firstSeenAt: '2026-01-02T08:00:00Z' },
      { hint: 'key', value: 'GOLDEN', machines: 30, firstSeenAt: '2026-01-02T08:00:00Z' },
    ];
    const page = await opened([pair], { shared, waiting: [waiting], role: 'viewer' });
    expect(page.text).toContain('200 machines have the hardware UUID aa');
    expect(page.text).toContain('30 computers came up with the copied key of GOLDEN');
    for (const name of [/^Same computer/, /^Two computers/, /^Allow/]) {
      expect(page.hasButton(name)).toBe(false);
    }
  });
});
