import { Confirm } from '../../design/confirm-dialog';
import { sampleRemediation, sampleRun } from '../../testing/fleet-samples';
import { OpenedPage, textOf } from '../../testing/opened-page';
import { sampleId } from '../../testing/samples';
import { outcomeOf } from './outcome';
import { RemediationPage } from './remediation-page';

describe('RemediationPage', () => {
  const ask = jest.fn<Promise<boolean>, [unknown]>();
  const path = `/remediations/${sampleId(5000)}`;
  const queued = sampleRun(1, { state: 'queued', progress: { done: 0, of: 15, current: null } });

  beforeEach(() => {
    jest.useFakeTimers();
    ask.mockReset().mockResolvedValue(true);
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  async function opened(): Promise<OpenedPage> {
    const page = await OpenedPage.open(RemediationPage, 'remediations/:id', path, {
      role: 'operator',
      providers: [{ provide: Confirm, useValue: { ask } }],
    });
    await page.answer(path, sampleRemediation());
    await page.answer('/runs', { items: [queued], next: null, total: 1 });
    return page;
  }

  it('follows its runs with the step that each is at', async () => {
    const page = await opened();
    expect(page.text).toContain('0 of 2 machines have a result');
    page.live.changed({ runs: [queued.id] });
    await page.changesGathered();
    await page.answer(
      path,
      sampleRemediation({ states: { acting: 1, ended: 1 }, verdicts: { fixed: 1 } }),
    );
    await page.answer('/runs', { items: [sampleRun(1)], next: null, total: 1 });
    expect(page.text).toContain('1 of 2 machines have a result');
    expect(textOf(page.element.querySelector('tbody tr')!)).toContain(
      'Repairing 8/15 Rename the folder',
    );
  });

  it('asks only for the runs that are wanted', async () => {
    const page = await opened();
    await page.press('Ended');
    const { request } = await page.answer('/runs', { items: [], next: null, total: 0 });
    expect(request.params.get('state')).toBe('ended');
    expect(request.params.get('remediationId')).toBe(sampleId(5000));
    expect(page.text).toContain('No run has ended');
  });

  it('cancels what waits, after it was asked', async () => {
    const page = await opened();
    ask.mockResolvedValueOnce(false);
    await page.press('Cancel 2 waiting');
    expect(page.asked(`${path}/cancel`)).toHaveLength(0);
    await page.press('Cancel 2 waiting');
    await page.answer(`${path}/cancel`, {});
    await page.answer(
      path,
      sampleRemediation({ states: { ended: 2 }, verdicts: { cancelled: 2 }, ended: true }),
    );
    expect(page.text).toContain('2 Cancelled');
    expect(page.hasButton(/^Cancel/)).toBe(false);
  });
});

describe('outcomeOf', () => {
  it('puts results first and what waits last, and leaves out what there is none of', () => {
    const parts = outcomeOf({
      states: { queued: 3, acting: 2, ended: 6, soaking: 0 },
      verdicts: { 'same-error': 1, fixed: 4, skipped: 1 },
    });
    expect(parts.map(({ name, count }) => `${name} ${count}`)).toEqual([
      'fixed 4',
      'same-error 1',
      'skipped 1',
      'acting 2',
      'queued 3',
    ]);
  });
});
