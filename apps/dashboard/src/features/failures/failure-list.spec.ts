import { sampleFingerprint, sampleOverview } from '../../testing/fleet-samples';
import { OpenedPage, textOf } from '../../testing/opened-page';
import { FailureList } from './failure-list';

describe('FailureList', () => {
  const failure = sampleFingerprint(1, { isNew: true, verdicts: { fixed: 31, recurred: 3 } });

  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  async function opened(url = '/failures'): Promise<OpenedPage> {
    return await OpenedPage.open(FailureList, 'failures', url);
  }

  it('shows what fails, where, what helps, and whether it holds', async () => {
    const page = await opened();
    await page.answer('/overview', sampleOverview());
    await page.answer('/fingerprints', { items: [failure], next: null, total: 1 });
    const row = textOf(page.element.querySelector('tbody tr')!);
    for (const words of [
      '0x80070002 in download New',
      'The system cannot find the file specified',
      'Security Update (KB5034441)',
      'Windows 10 22H2',
      '12 of 20 ever',
      'Documented cure',
      '31 of 34 held',
    ]) {
      expect(row).toContain(words);
    }
    expect(page.element.querySelector('tbody a')?.getAttribute('href')).toBe(
      `/failures/${failure.id}`,
    );
  });

  it('warns where the reset is the wrong tool', async () => {
    const page = await opened();
    await page.answer('/fingerprints', {
      items: [
        sampleFingerprint(1, {
          proposals: [],
          guard: { reason: 'The disk is full.', evidence: '', betterRemedies: [] },
        }),
      ],
      next: null,
    });
    expect(page.text).toContain('Do not reset');
  });

  it('asks for what the address says, and takes nonsense for nothing', async () => {
    const page = await opened(
      '/failures?search=%2080070002&phase=nothing&state=all&sort=last-seen',
    );
    const { request } = await page.answer('/fingerprints', { items: [], next: null });
    expect(request.params.toString()).toBe('search=80070002&state=all&sort=last-seen&limit=50');
  });

  it('searches when the typing pauses, and keeps the search in the address', async () => {
    const page = await opened();
    await page.answer('/fingerprints', { items: [failure], next: null });
    const box = page.element.querySelector<HTMLInputElement>('input[type=search]')!;
    for (const text of ['8', '80', '8007']) {
      box.value = text;
      box.dispatchEvent(new Event('input'));
      await jest.advanceTimersByTimeAsync(100);
    }
    expect(page.asked('/fingerprints')).toHaveLength(0);
    await jest.advanceTimersByTimeAsync(300);
    await page.rest();
    expect(page.url).toBe('/failures?search=8007');
    await page.answer('/fingerprints', { items: [], next: null });
    expect(page.text).toContain('No failure matches');
    await page.press('Clear the filters');
    expect(page.url).toBe('/failures');
  });

  it('tells a newcomer what to do first', async () => {
    const page = await opened();
    await page.answer('/overview', sampleOverview({ machines: 0 }));
    await page.answer('/fingerprints', { items: [], next: null });
    expect(page.text).toContain('Enrol your first machine');
    expect(page.element.querySelector('a[href="/enrolment"]')).not.toBeNull();
  });

  it('is glad when nothing fails', async () => {
    const page = await opened();
    await page.answer('/overview', sampleOverview({ failingMachines: 0 }));
    await page.answer('/fingerprints', { items: [], next: null });
    expect(page.text).toContain('Nothing fails');
  });

  it('follows the fleet, with one question for many changes', async () => {
    const page = await opened();
    await page.answer('/overview', sampleOverview());
    await page.answer('/fingerprints', { items: [failure], next: null });
    for (let n = 0; n < 5; n++) page.live.changed({ fingerprints: [failure.id] });
    await page.changesGathered();
    expect(page.asked('/fingerprints')).toHaveLength(1);
    await page.answer('/fingerprints', {
      items: [sampleFingerprint(1, { openMachines: 13 })],
      next: null,
    });
    await page.answer('/overview', sampleOverview({ failingMachines: 13 }));
    expect(page.text).toContain('13 of 20 ever');
  });

  it('keeps what it shows when it can not be brought up to date, and says so', async () => {
    const page = await opened();
    await page.answer('/fingerprints', { items: [failure], next: null });
    page.live.reconnected();
    await page.rest();
    await page.refuse('/fingerprints', 'internal', 'The database did not answer.', 500);
    expect(page.text).toContain('This may be out of date.');
    expect(page.text).toContain('12 of 20 ever');
  });

  it('moves between the rows by arrow keys', async () => {
    const page = await opened();
    await page.answer('/fingerprints', {
      items: [failure, sampleFingerprint(2)],
      next: null,
    });
    const links = [...page.element.querySelectorAll<HTMLElement>('tbody [data-row-key]')];
    const press = (key: string): void => {
      document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
    };
    links[0]!.focus();
    press('ArrowDown');
    expect(document.activeElement).toBe(links[1]);
    press('ArrowDown');
    expect(document.activeElement).toBe(links[1]);
    press('Home');
    expect(document.activeElement).toBe(links[0]);
  });
});
