import type { Policy } from '@fleetmend/dashboard-api';
import { OpenedPage, textOf } from '../../testing/opened-page';
import { samplePolicy, sampleRehearsal } from '../../testing/policy-samples';
import { sampleId } from '../../testing/samples';
import { PolicyPage } from './policy-page';

describe('PolicyPage', () => {
  const rehearsing = samplePolicy(1, {
    ...{ state: 'rehearsing', rehearsedAt: '2026-01-02T08:00:00.000Z', rehearsed: 12 },
  });
  const path = `/policies/${rehearsing.id}`;
  const shown = sampleRehearsal(rehearsing, {
    machines: [
      {
        ...{ machineId: sampleId(3001), hostname: 'PC-1', online: true },
        ...{ fingerprintId: sampleId(2001), failure: '0x80070002 in download, KB5034441' },
        at: '2026-01-02T08:00:00.000Z',
      },
    ],
    excluded: [{ exclusion: 'chronic', machines: 3, reason: 'It has had several runs.' }],
  });

  async function opened(
    policy: Policy = rehearsing,
    role: 'administrator' | 'operator' | 'viewer' = 'administrator',
  ) {
    const page = await OpenedPage.open(PolicyPage, 'policies/:id', path, { role });
    await page.answer(path, policy);
    await page.answer(`${path}/rehearsal`, { ...shown, treated: policy.rehearsed });
    return page;
  }

  async function confirm(page: OpenedPage, button: string): Promise<void> {
    const reason = document.querySelector<HTMLTextAreaElement>('mat-dialog-container textarea')!;
    reason.value = 'Seen.';
    reason.dispatchEvent(new Event('input'));
    await page.press(button);
  }

  it('says whom it would have begun with, and whom it leaves alone', async () => {
    const page = await opened();
    expect(page.text).toContain('It would have begun with 12 machines, the newest 1 are shown');
    expect(page.text).toMatch(/PC-1.*0x80070002 in download, KB5034441/);
    expect(page.text).toContain('3 It has had several runs.');
  });

  it('is switched on with the rehearsal that stands on the page', async () => {
    const page = await opened();
    await page.press('Switch on…');
    expect(textOf(document.body)).toContain('would have begun with 12 machines');
    await confirm(page, 'Switch on');
    const { request } = await page.answer(`${path}/state`, { ...rehearsing, state: 'on' });
    expect(request.body).toEqual({
      ...{ state: 'on', reason: 'Seen.', seenRehearsalAt: rehearsing.rehearsedAt },
    });
    expect(page.hasButton('Switch on…')).toBe(false);
    expect(page.hasButton('Switch off…')).toBe(true);
  });

  it.each([
    ['off', 'administrator', ['Let it rehearse…', 'Change…', 'Delete…']],
    ['on', 'administrator', ['Switch off…', 'Change…']],
    ['on', 'operator', ['Switch off…']],
    ['off', 'operator', []],
    ['on', 'viewer', []],
  ] as const)('offers what can be done while it is %s to the %s', async (state, role, offered) => {
    const page = await opened({ ...rehearsing, state }, role);
    const all = ['Let it rehearse…', 'Switch on…', 'Switch off…', 'Change…', 'Delete…'];
    expect(all.filter((name) => page.hasButton(name)).sort()).toEqual([...offered].sort());
  });

  it('can not be switched on before it has rehearsed', async () => {
    const page = await opened({ ...rehearsing, rehearsedAt: null, rehearsed: 0 });
    expect(page.button('Switch on…').disabled).toBe(true);
  });
});
