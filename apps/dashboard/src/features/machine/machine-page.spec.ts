import { type MachineDetail, type TimelineEntry } from '@fleetmend/dashboard-api';
import { Confirm } from '../../design/confirm-dialog';
import { sampleMachine, sampleRunDetail, sampleStep } from '../../testing/fleet-samples';
import { OpenedPage, textOf } from '../../testing/opened-page';
import { sampleEscalation, sampleRule } from '../../testing/policy-samples';
import { sampleId } from '../../testing/samples';
import { LabelDialogs } from '../labels/label-dialogs';
import { RemediateDialogs } from '../remediate/remediate-dialogs';
import { MachinePage } from './machine-page';

describe('MachinePage', () => {
  const ask = jest.fn<Promise<boolean>, [unknown]>();
  const open = jest.fn<Promise<boolean>, [unknown]>();
  const openMachine = jest.fn<Promise<boolean>, [unknown]>();
  const failing: MachineDetail = {
    ...sampleMachine(1, { openFailures: 1 }),
    inventory: {
      hostname: 'PC-1',
      os: { name: 'Windows 11 Pro', version: '10.0', build: 26100, architecture: 'x64' },
      clientVersion: '0.1.0',
      services: [{ name: 'wuauserv', state: 'stopped', startType: 'disabled' }],
    },
    inventoryAt: '2026-01-02T08:00:00Z',
    keyClonedAt: null,
    mergedIntoId: null,
    chronic: null,
    fingerprints: [
      {
        fingerprintId: sampleId(2001),
        code: '0x80070002',
        symbol: null,
        phase: 'download',
        update: 'KB5034441',
        updateTitle: null,
        state: 'open',
        occurrences: 4,
        lastSeenAt: '2026-01-02T08:00:00Z',
      },
    ],
  };
  const path = `/machines/${failing.id}`;
  const timeline: TimelineEntry[] = [
    {
      kind: 'failure',
      id: 'a',
      at: '2026-01-02T08:00:00Z',
      fingerprintId: sampleId(2001),
      code: '0x80070002',
      extendedCode: null,
      symbol: null,
      phase: 'download',
      updateKind: 'windows',
      update: 'KB5034441',
      updateTitle: null,
      fromBacklog: true,
      evidence: [{ source: 'reporting-events', record: '<b>as it was</b>' }],
    },
    { kind: 'enrolled', id: 'b', at: '2026-01-01T08:00:00Z', tokenLabel: 'Office' },
  ];

  beforeEach(() => {
    jest.useFakeTimers();
    ask.mockReset().mockResolvedValue(true);
    open.mockReset().mockResolvedValue(true);
    openMachine.mockReset().mockResolvedValue(true);
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  async function opened(machine = failing): Promise<OpenedPage> {
    const page = await OpenedPage.open(MachinePage, 'machines/:id', path, {
      providers: [
        { provide: Confirm, useValue: { ask } },
        { provide: RemediateDialogs, useValue: { open } },
        { provide: LabelDialogs, useValue: { openMachine } },
      ],
    });
    await page.answer(path, machine);
    await page.answer(`${path}/timeline`, { items: timeline, next: null });
    return page;
  }

  it('shows what fails, what the machine says of itself, and what happened with its evidence', async () => {
    const page = await opened();
    for (const words of [
      '1 open failure',
      'wuauserv stopped disabled',
      'Failed in download with',
      'From old records',
      '<b>as it was</b>',
      'with the token “Office”',
    ]) {
      expect(page.text).toContain(words);
    }
  });

  it('says what could keep it from updating, and what an old client did not tell', async () => {
    const page = await opened();
    expect(page.text).toContain('The service wuauserv is disabled');
    expect(page.text).toContain("Its client didn't tell all update policies");
    expect(page.text).toContain('its client is too old to');
  });

  it('puts the heaviest obstacle first, with what it rests on', async () => {
    const page = await opened({
      ...failing,
      inventory: {
        ...failing.inventory!,
        ...{ freeSystemDiskBytes: 80 * 1024 ** 3, services: [], clockOffsetMs: 400_000 },
        pendingRestart: { pending: true, reasons: ['component-store', 'a-new-one'] },
        updatePolicy: {
          ...{ automaticUpdatesDisabled: false, updateAccessDisabled: false },
          settings: [{ name: 'AUOptions', value: 2, from: 'mdm' }],
        },
        updateActivity: {},
      },
    });
    expect(page.text).toMatch(
      /A restart is pending.*pending\.xml.*a-new-one.*The clock is 7 minutes behind.*until somebody downloads.*Device management \(MDM\): AUOptions is 2\./s,
    );
    expect(page.text).not.toContain("didn't tell");
  });

  it('keeps a ledger of folders that were set aside', async () => {
    const folders = [
      {
        ...{ path: 'C:\\Windows\\SoftwareDistribution.bak-20251201080000', origin: 'fleetmend' },
        ...{ runId: sampleId(4001), bytes: 3 * 1024 ** 3, files: 2 },
        setAsideAt: '2025-12-01T08:00:00Z',
      },
      { path: 'C:\\Windows\\SDTemp', origin: 'foreign' },
      { path: 'C:\\Windows\\catroot2.bak-20240101000000', origin: 'fleetmend' },
    ];
    const inventory = { ...failing.inventory!, backups: { folders, omitted: 2 } };
    const page = await opened({ ...failing, inventory });
    for (const words of [
      'at least 3 GB in 5 folders',
      'SoftwareDistribution.bak-20251201080000 C:\\Windows',
      'A run',
      'Somebody else Not known Not measured',
      'run not known any more',
      '2 smaller ones are not listed',
    ]) {
      expect(page.text).toContain(words);
    }
  });

  it('shows with what it may be one computer, who used its key, and where its history went', async () => {
    const merged = {
      ...failing,
      mergedIntoId: sampleId(3002),
      keyClonedAt: '2026-01-02T08:00:00Z',
    };
    const page = await opened({ ...merged, possibleDuplicates: 1 });
    expect(page.asked('/duplicates')[0]?.request.params.get('machineId')).toBe(failing.id);
    await page.answer('/duplicates', { items: [], next: null });
    for (const words of ['Possible duplicate', 'This machine was merged', 'used the key of this']) {
      expect(page.text).toContain(words);
    }
  });

  it('says that no folder is set aside', async () => {
    const inventory = { ...failing.inventory!, backups: { folders: [] } };
    const page = await opened({ ...failing, inventory });
    expect(page.text).toContain('No folder of Windows Update is set aside');
  });

  it('stands without any inventory', async () => {
    const page = await opened({ ...failing, inventory: null, inventoryAt: null });
    expect(page.text).toContain('The machine has not told about itself yet.');
    expect(page.text).toContain('Windows Not known yet');
  });

  it('remediates this machine for the failure that was chosen', async () => {
    const page = await opened();
    await page.press('Remediate 0x80070002');
    expect(open).toHaveBeenCalledWith({
      selection: { type: 'machines', machineIds: [failing.id] },
      fingerprint: { id: sampleId(2001), label: '0x80070002 in download' },
    });
  });

  it('shows site and tags, and lets an operator change them', async () => {
    const page = await opened({ ...failing, site: 'Berlin', tags: ['vip', 'lab'] });
    expect(page.text).toContain('Site and tags Change… Site Berlin Tags vip lab');
    const [link] = [...page.element.querySelectorAll('a')].filter((a) => textOf(a) === 'vip');
    expect(link?.getAttribute('href')).toBe('/machines?tag=vip');
    await page.press('Change…');
    expect(openMachine).toHaveBeenCalledWith(expect.objectContaining({ site: 'Berlin' }));
    await page.answer(path, { ...failing, site: 'Kiel', tags: [] });
    expect(page.text).toContain('Site Kiel Tags None');
  });

  it('shows the steps of the run that is under way, as they come', async () => {
    const page = await opened({ ...failing, activeRunId: sampleId(4001) });
    const run = `/runs/${sampleId(4001)}`;
    await page.answer(run, sampleRunDetail(1, { steps: [sampleStep('rename')] }));
    expect(page.text).toContain('Do rename Waiting');
    expect(page.hasButton(/^Remediate/)).toBe(false);
    page.live.changed({ runs: [sampleId(4001)] });
    await page.changesGathered();
    await page.answer(
      run,
      sampleRunDetail(1, { steps: [sampleStep('rename', { state: 'done' })] }),
    );
    expect(page.text).toContain('Do rename Done');
  });

  it('retires only after it was asked, and offers nothing more then', async () => {
    const page = await opened();
    ask.mockResolvedValueOnce(false);
    await page.press('Retire…');
    expect(page.asked(path)).toHaveLength(0);
    await page.press('Retire…');
    const { request } = await page.answer(path, {});
    expect(request.method).toBe('DELETE');
    await page.answer(path, { ...failing, retiredAt: '2026-01-03T08:00:00Z' });
    expect(page.text).toContain('Retired');
    expect(page.hasButton('Retire…')).toBe(false);
    expect(page.hasButton(/^Remediate/)).toBe(false);
  });

  it('says what comes next for it, and that it needs a person', async () => {
    const page = await opened();
    const rule = sampleRule(1);
    await page.answer('/escalations', {
      items: [
        sampleEscalation(1, rule),
        sampleEscalation(2, rule, { state: 'handed-over' }),
        sampleEscalation(3, rule, { state: 'settled' }),
      ],
      ...{ next: null, total: 3 },
    });
    expect(page.text).toContain('Proposed next for 0x80070002 in install, KB5034441: run “');
    expect(page.text).toContain('Needs a person: 0x80070002 in install');
    expect(page.element.querySelectorAll('fm-machine-escalations .fm-notice')).toHaveLength(2);
  });

  it('says which campaign has it, and what it waits for there', async () => {
    const page = await opened();
    await page.answer(`${path}/campaigns`, {
      items: [
        {
          ...{ campaignId: sampleId(1), name: 'Reset', campaignState: 'running', wave: 2 },
          ...{ role: 'member', state: 'queued', message: 'Offline: begins when it connects.' },
          ...{ nextAttemptAt: null, runId: null, verdict: null },
        },
        {
          ...{ campaignId: sampleId(2), name: 'Earlier', campaignState: 'completed', wave: 1 },
          ...{ role: 'member', state: 'ended', message: null },
          ...{ nextAttemptAt: null, runId: null, verdict: 'fixed' },
        },
      ],
    });
    const notices = page.element.querySelectorAll('fm-machine-campaigns .fm-notice');
    expect(Array.from(notices, (notice) => notice.textContent.replace(/\s+/g, ' ').trim())).toEqual(
      ['In the campaign Reset, wave 2: Offline: begins when it connects.'],
    );
  });
});
