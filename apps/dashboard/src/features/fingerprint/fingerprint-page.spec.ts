import { sampleAffected, sampleFingerprint } from '../../testing/fleet-samples';
import { OpenedPage, textOf } from '../../testing/opened-page';
import { RemediateDialogs } from '../remediate/remediate-dialogs';
import { FingerprintPage } from './fingerprint-page';

describe('FingerprintPage', () => {
  const open = jest.fn<Promise<boolean>, [unknown]>();
  const failure = sampleFingerprint(1);
  const path = `/fingerprints/${failure.id}`;
  const label = '0x80070002 in download';

  beforeEach(() => {
    jest.useFakeTimers();
    open.mockReset().mockResolvedValue(true);
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  async function opened(part: Partial<typeof failure> = {}): Promise<OpenedPage> {
    const page = await OpenedPage.open(FingerprintPage, 'failures/:id', `/failures/${failure.id}`, {
      role: 'operator',
      providers: [{ provide: RemediateDialogs, useValue: { open } }],
    });
    await page.answer(path, { ...failure, ...part });
    await page.answer('/error-codes/0x80070002', {
      code: '0x80070002',
      symbol: null,
      message: null,
      family: null,
      remedy: 'sync-clock',
    });
    await page.answer(`${path}/machines`, {
      items: [sampleAffected(1), sampleAffected(2, { state: 'closed' }), sampleAffected(3)],
      next: 'more',
      total: 12,
    });
    return page;
  }

  it('selects only machines on which it is open, and all of them without exceptions', async () => {
    const page = await opened();
    await page.tick('Select all machines shown');
    expect(page.text).toContain('2 machines selected');
    await page.press('Select all 12 that match');
    await page.tick('Select PC-3');
    await page.press('Remediate…');
    expect(open).toHaveBeenCalledWith({
      selection: {
        type: 'matching',
        filter: { fingerprintId: failure.id },
        except: [sampleAffected(3).machineId],
      },
      fingerprint: { id: failure.id, label },
      playbook: 'reset-software-distribution',
    });
  });

  it('remediates everything at once', async () => {
    const page = await opened();
    await page.press('Remediate all 12…');
    expect(open).toHaveBeenCalledWith({
      selection: { type: 'matching', filter: { fingerprintId: failure.id }, except: [] },
      fingerprint: { id: failure.id, label },
      playbook: 'reset-software-distribution',
    });
  });

  it('warns with evidence, and names what helps instead', async () => {
    const page = await opened({
      proposals: [],
      guard: {
        reason: 'The disk is full.',
        evidence: 'The reset keeps the old folder.',
        betterRemedies: ['free-disk-space'],
      },
    });
    for (const words of [
      'The disk is full.',
      'The reset keeps the old folder.',
      'Free disk space',
    ]) {
      expect(page.text).toContain(words);
    }
  });

  it('chooses what helps instead of the reset, and names it once', async () => {
    const page = await opened({
      proposals: [
        {
          ...{ playbook: 'sync-clock', confidence: 'documented', reason: 'The clock is off.' },
          ...{ measured: null, discouraged: false },
        },
      ],
      guard: {
        reason: 'The clock is wrong.',
        evidence: 'Microsoft says so.',
        betterRemedies: ['sync-clock', 'check-proxy-firewall'],
      },
    });
    expect(page.text.split('Set the clock right')).toHaveLength(2);
    await page.press('Remediate all 12…');
    expect(open).toHaveBeenCalledWith(expect.objectContaining({ playbook: 'sync-clock' }));
  });

  it('says what own results show, and what has proven not to help', async () => {
    const rest = { version: null, low: 0.2, high: 0.9 };
    const page = await opened({
      proposals: [
        {
          ...{ playbook: 'update-drivers', confidence: 'measured', reason: 'Learned.' },
          ...{ measured: { ...rest, on: 'kind', helped: 19, decided: 20 }, discouraged: false },
        },
        {
          ...{ playbook: 'sync-clock', confidence: 'documented', reason: 'The clock is off.' },
          measured: { ...rest, on: 'fingerprint', version: 2, helped: 1, decided: 40 },
          discouraged: true,
        },
      ],
      verdicts: { fixed: 1, recurred: 1 },
      activeRuns: 2,
    });
    for (const words of [
      'Proven here Learned. Own results on failures of this kind: it helped on 19 of 20 (20–90 %).',
      'Did not help here The clock is off. Own results on this failure, version 2: it helped on 1 of 40',
      'A fix is on the way on 2 machines',
      '1 fix did not hold',
    ]) {
      expect(page.text).toContain(words);
    }
    const counts = { helped: 1, decided: 2, low: 0.1, high: 0.9 };
    await page.answer(`${path}/effect`, {
      playbooks: [
        {
          playbook: 'sync-clock',
          version: 2,
          ...counts,
          levels: { L0: 2, L1: 2, L2: 1, L3: 0, L4: 0 },
        },
      ],
      kind: {
        ...{ code: failure.code, phase: failure.phase, osFamily: failure.osFamily },
        ...{ fingerprints: 1, playbooks: [] },
      },
      hold: null,
      method: 'Wilson.',
    });
    expect(page.text).toContain('Against this failure');
    expect(page.text).toContain('1 of 2');
    expect(page.text).not.toContain('updates together');
  });

  it('says what the catalogue knows where there is no playbook', async () => {
    const page = await opened({ proposals: [] });
    expect(page.text).toContain('The catalogue knows a remedy: Set the clock right.');
  });

  it('tells the trend as a table too', async () => {
    const page = await opened();
    const rows = [...page.element.querySelectorAll('fm-trend-chart tbody tr')];
    expect(rows).toHaveLength(14);
    expect(textOf(rows.at(-1)!)).toMatch(/ 4$/);
  });

  it('follows the machines of this failure', async () => {
    const page = await opened();
    page.live.changed({ fingerprints: [failure.id] });
    await page.changesGathered();
    await page.answer(path, { ...failure, openMachines: 0 });
    await page.answer(`${path}/machines`, { items: [], next: null, total: 0 });
    expect(page.text).toContain('Open nowhere');
    expect(page.text).toContain('Open on no machine');
    expect(page.hasButton(/^Remediate/)).toBe(false);
  });

  it('does not ask for what others changed', async () => {
    const page = await opened();
    page.live.changed({ machines: [sampleAffected(9).machineId] });
    await page.changesGathered();
    expect(page.asked(path)).toHaveLength(0);
    expect(page.asked(`${path}/machines`)).toHaveLength(0);
  });
});
