import { Confirm } from '../../design/confirm-dialog';
import { sampleRunDetail, sampleStep } from '../../testing/fleet-samples';
import { OpenedPage, textOf } from '../../testing/opened-page';
import { sampleId } from '../../testing/samples';
import { RunPage } from './run-page';

describe('RunPage', () => {
  const ask = jest.fn<Promise<boolean>, [unknown]>();
  const id = sampleId(4001);
  const path = `/runs/${id}`;
  const steps = [
    sampleStep('check', {
      section: 'preflight',
      state: 'done',
      startedAt: '2026-01-01T08:00:00.000Z',
      endedAt: '2026-01-01T08:00:01.500Z',
    }),
    sampleStep('rename', { state: 'running' }),
    sampleStep('scan', { section: 'verifying' }),
  ];

  beforeEach(() => {
    jest.useFakeTimers();
    ask.mockReset().mockResolvedValue(true);
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  async function opened(): Promise<OpenedPage> {
    return await OpenedPage.open(RunPage, 'runs/:id', path, {
      role: 'operator',
      providers: [{ provide: Confirm, useValue: { ask } }],
    });
  }

  function rows(page: OpenedPage): string[] {
    return [...page.element.querySelectorAll('fm-run-steps li')].map((row) => textOf(row));
  }

  it('shows the steps under their headings, as they come', async () => {
    const page = await opened();
    await page.answer(path, sampleRunDetail(1, { steps }));
    expect([...page.element.querySelectorAll('fm-run-steps h3')].map((h) => textOf(h))).toEqual([
      'Checks',
      'Repair',
      'Verify',
    ]);
    expect(rows(page)).toEqual(['Do check Done 1.5 s', 'Do rename Running', 'Do scan Waiting']);
    page.live.changed({ runs: [id] });
    await page.changesGathered();
    await page.answer(
      path,
      sampleRunDetail(1, {
        state: 'ended',
        verdict: 'step-failed',
        message: 'The folder is held open.',
        steps: [
          steps[0]!,
          sampleStep('rename', {
            state: 'failed',
            message: 'Access denied',
            errorCode: 5,
            details: { attempts: 5 },
          }),
          steps[2]!,
        ],
      }),
    );
    expect(rows(page)[1]).toContain('Access denied Details Windows error 5 Attempts 5 Failed');
    expect(rows(page)[2]).toBe('Do scan Not run');
    expect(page.text).toContain('Step failed');
    expect(page.text).toContain('The folder is held open.');
  });

  it('says in words how far the proof goes', async () => {
    const page = await opened();
    await page.answer(
      path,
      sampleRunDetail(1, {
        ...{ state: 'ended', verdict: 'fixed', level: 'L2' },
        ...{ proven: ['L0', 'L1', 'L2'], watchedUntil: '2026-11-30T12:00:00.000Z' },
      }),
    );
    const ladder = [...page.element.querySelectorAll('.ladder .name')].map((name) => textOf(name));
    expect(ladder).toEqual([
      'L0 Steps ran : proven',
      'L1 Scan completed : proven',
      'L2 Update installed : proven',
      'L3 Survived a restart : not proven',
      'L4 Did not come back : not proven',
    ]);
  });

  it('undoes only after it was asked, and leads to the new run', async () => {
    const page = await opened();
    await page.answer(
      path,
      sampleRunDetail(1, { state: 'ended', verdict: 'fixed', canUndo: true }),
    );
    ask.mockResolvedValueOnce(false);
    await page.press('Undo…');
    expect(page.asked(`${path}/undo`)).toHaveLength(0);
    await page.press('Undo…');
    await page.answer(`${path}/undo`, { id: sampleId(4002) });
    expect(page.url).toBe(`/runs/${sampleId(4002)}`);
  });

  it('cancels what the machine has not fetched, and shows how it stands then', async () => {
    const page = await opened();
    await page.answer(path, sampleRunDetail(1, { state: 'queued', canCancel: true }));
    await page.press('Cancel');
    await page.answer(`${path}/cancel`, {});
    await page.answer(path, sampleRunDetail(1, { state: 'ended', verdict: 'cancelled' }));
    expect(page.text).toContain('Cancelled');
    expect(page.hasButton('Cancel')).toBe(false);
  });

  it('shows a saved record', async () => {
    const page = await opened();
    const history = { id: sampleId(7), name: 'history.json', bytes: 2048, complete: true };
    await page.answer(path, sampleRunDetail(1, { histories: [history] }));
    expect(page.text).toContain('2 KB');
    await page.press('View');
    await page.answer(`${path}/histories/${history.id}`, 'saved words');
    expect(page.element.querySelector('pre')?.textContent).toBe('saved words');
  });

  it('says when there is no such run', async () => {
    const page = await opened();
    await page.refuse(path, 'not-found', 'There is no such run.', 404);
    expect(page.text).toContain('There is no such run.');
  });

  it.each([
    ['operator', `/api/v1${path}/evidence.zip`],
    ['viewer', undefined],
  ] as const)('offers the evidence to whoever may have it: %s', async (role, address) => {
    const page = await OpenedPage.open(RunPage, 'runs/:id', path, { role });
    await page.answer(path, sampleRunDetail(1));
    const link = page.element.querySelector('fm-evidence-link a');
    expect(link?.getAttribute('href') ?? undefined).toBe(address);
  });
});
