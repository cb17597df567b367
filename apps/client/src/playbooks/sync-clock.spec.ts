import { Bench } from '../../testing/bench';
import { addW32tm } from '../../testing/fault-table/sync-clock';
import { removeTemporaryFolders } from '../../testing/temporary-folder';
import { Unavailable } from '../windows/windows';
import { type RunDefinition } from './run-definition';

const PARAMETERS = 'SYSTEM\\CurrentControlSet\\Services\\W32Time\\Parameters';
const CONFIG = 'SYSTEM\\CurrentControlSet\\Services\\W32Time\\Config';
const HOUR_MS = 3_600_000;
const YEAR_MS = 365 * 24 * HOUR_MS;

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
  bench.windows.services.add('w32time');
  bench.windows.registryValues.set(PARAMETERS, {
    Type: 'NTP',
    NtpServer: 'time.windows.com,0x9 time.example.org,0x8',
  });
  addW32tm(bench);
});
afterEach(() => {
  bench.close();
  removeTemporaryFolders();
});

/** Clock, services and w32tm are simulated; the question to time servers has a spec of its own, with a real server. */
const run = async (
  some: Partial<RunDefinition> = {},
  parameters: Record<string, boolean | number> = {},
) => {
  const defined = bench.definition({ playbook: 'sync-clock', ...some });
  const definition = { ...defined, parameters: { ...defined.parameters, ...parameters } };
  expect(await bench.run(definition)).toBe('ended');
  const events = bench.events(definition.runId);
  const told = (stepId: string) =>
    events.findLast((event) => event.event === 'step' && event.stepId === stepId);
  return { ...definition, told, verdict: events.at(-1) };
};
const containing = (text: string) => expect.stringContaining(text) as string;
const w32time = () => {
  const { state, startType } = bench.windows.services.get('w32time');
  return { state, startType };
};

describe('sync-clock', () => {
  it.each<[string, () => void]>([
    [
      'by its product type',
      () =>
        bench.windows.registryValues.set('SYSTEM\\CurrentControlSet\\Control\\ProductOptions', {
          ProductType: 'LanmanNT',
        }),
    ],
    ['by its directory service', () => bench.windows.services.add('NTDS', { state: 'running' })],
  ])('keeps its hands off a domain controller, known %s', async (_, make) => {
    make();
    bench.server.aheadMs = HOUR_MS;
    const { verdict } = await run({}, { setFromServer: true });
    expect(verdict).toMatchObject({
      verdict: 'skipped',
      message: containing('domain controller'),
    });
    expect(bench.windows.faults.calls).toEqual([]);
  });

  it.each(['manual', 'disabled'] as const)(
    'has Windows set its clock, and leaves the time service %s as it was',
    async (startType) => {
      bench.windows.services.get('w32time').startType = startType;
      bench.server.aheadMs = 2 * HOUR_MS;
      const { verdict, told } = await run();
      expect(verdict).toMatchObject({ verdict: 'done' });
      expect(told('measure-clock')).toMatchObject({
        message: containing('The clock is 2.0 hours behind by this server.'),
        details: { type: 'NTP', serverOffsetMs: 2 * HOUR_MS, networkOffsetMs: 2 * HOUR_MS },
      });
      expect(Math.abs(bench.offsetMs())).toBeLessThan(1_000);
      expect(w32time()).toEqual({ state: 'stopped', startType });
      expect(bench.windows.faults.calls).toContain(
        'run-tool System32\\w32tm.exe /resync /rediscover',
      );
    },
  );

  it('touches nothing when the clock is right', async () => {
    bench.server.aheadMs = 59_000;
    const { verdict } = await run();
    expect(verdict).toMatchObject({
      verdict: 'done',
      message: containing('It was right already.'),
    });
    expect(bench.windows.faults.calls).toEqual(['trigger-scan ']);
  });

  it('knows the tolerance of the order', async () => {
    bench.server.aheadMs = -59_000;
    const { told } = await run({}, { toleranceSeconds: 10 });
    expect(told('resync-clock')).toMatchObject({ state: 'done' });
    expect(Math.abs(bench.offsetMs())).toBeLessThan(1_000);
  });

  it.each<[string, number, object, RegExp]>([
    ['the 15 hours of a machine by itself', 20 * HOUR_MS, {}, /corrects at most 15\.0 hours/],
    [
      'its own limit, on the way back',
      -2 * HOUR_MS,
      { MaxNegPhaseCorrection: 3600 },
      /2\.0 hours ahead, and Windows corrects at most 1\.0 hours/,
    ],
  ])('says that Windows would refuse beyond %s', async (_, aheadMs, config, words) => {
    bench.windows.registryValues.set(CONFIG, config as Record<string, number>);
    bench.server.aheadMs = aheadMs;
    const { verdict, told } = await run();
    const message = expect.stringMatching(words) as string;
    expect(told('resync-clock')).toMatchObject({ state: 'skipped', message });
    expect(verdict).toMatchObject({ verdict: 'step-failed', stepId: 'verify-clock' });
    expect(verdict).toMatchObject({ message: containing('"setFromServer" sets it directly') });
    expect(bench.windows.faults.calls.join()).not.toContain('w32tm');
    expect(w32time()).toEqual({ state: 'stopped', startType: 'manual' });
  });

  it('takes 0xFFFFFFFF for no limit', async () => {
    bench.windows.registryValues.set(CONFIG, { MaxPosPhaseCorrection: 0xffffffff });
    bench.server.aheadMs = YEAR_MS;
    const { told } = await run();
    expect(told('resync-clock')).toMatchObject({ state: 'done' });
  });

  it('sets the clock from the server beyond the limit, when told to, and back again', async () => {
    bench.server.aheadMs = 90 * 24 * HOUR_MS;
    const { runId, verdict, told } = await run({}, { setFromServer: true });
    expect(told('set-clock')).toMatchObject({
      message: containing('The clock was 90.0 days behind and is set'),
    });
    expect(verdict).toMatchObject({ verdict: 'done' });
    expect(Math.abs(bench.offsetMs())).toBeLessThan(1_000);

    await bench.clock.sleep(5 * HOUR_MS);
    const undo = await run({ mode: 'undo', undoes: runId });
    expect(undo.verdict).toMatchObject({ verdict: 'undone' });
    expect(Math.abs(bench.offsetMs() - 90 * 24 * HOUR_MS)).toBeLessThan(1_000);
    const again = await run({ mode: 'undo', undoes: runId });
    expect(again.told('set-clock')).toMatchObject({ message: containing('not as the run') });
    expect(Math.abs(bench.offsetMs() - 90 * 24 * HOUR_MS)).toBeLessThan(1_000);
  });

  it.each<[string, () => void, RegExp]>([
    [
      'the connection is plain HTTP',
      () => (bench.server.isAuthenticated = false),
      /anybody in the network/,
    ],
    [
      'the time is from before this client was made',
      () => (bench.server.aheadMs = -2 * YEAR_MS),
      /believes nothing before that/,
    ],
    [
      'the time is too far in the future',
      () => (bench.server.aheadMs = 8 * YEAR_MS),
      /believes nothing before that nor after/,
    ],
  ])('does not believe the server when %s', async (_, lie, words) => {
    bench.server.aheadMs = YEAR_MS;
    lie();
    const before = bench.offsetMs();
    const { verdict } = await run({}, { setFromServer: true });
    expect(verdict).toMatchObject({ stepId: 'set-clock' });
    expect(verdict).toMatchObject({ message: expect.stringMatching(words) as string });
    expect(Math.abs(bench.offsetMs() - before)).toBeLessThan(1_000);
    expect(w32time()).toEqual({ state: 'stopped', startType: 'manual' });
  });

  it('overrules no domain', async () => {
    bench.windows.registryValues.set(PARAMETERS, { Type: 'NT5DS', NtpServer: 'x,0x9' });
    bench.windows.tools.addEnding('System32\\w32tm.exe', 0);
    bench.timeServer = () => Promise.reject(new Error('asked'));
    bench.server.aheadMs = HOUR_MS;
    const { told, verdict } = await run({}, { setFromServer: true });
    expect(told('measure-clock')).toMatchObject({ message: containing('follows its domain') });
    expect(told('set-clock')).toMatchObject({ state: 'skipped', message: containing('overruled') });
    expect(verdict).toMatchObject({ verdict: 'step-failed' });
    expect(bench.windows.registryValues.get(PARAMETERS)).toEqual({
      Type: 'NT5DS',
      NtpServer: 'x,0x9',
    });
  });

  it('measures by the time servers alone when the server never told its time', async () => {
    bench.server.isTold = false;
    bench.server.aheadMs = HOUR_MS;
    const asked: string[] = [];
    bench.timeServer = (host) => {
      asked.push(host);
      return host === 'time.windows.com'
        ? Promise.reject(new Error('time.windows.com did not answer.'))
        : Promise.resolve(bench.offsetMs());
    };
    const { verdict } = await run();
    expect(asked.slice(0, 2)).toEqual(['time.windows.com', 'time.example.org']);
    expect(verdict).toMatchObject({ verdict: 'done', message: containing('By time.example.org') });
  });

  it('claims nothing when nobody says what time it is', async () => {
    bench.server.isTold = false;
    bench.timeServer = () => Promise.reject(new Error('No answer.'));
    const { verdict } = await run({}, { setFromServer: true });
    expect(verdict).toMatchObject({ verdict: 'unverified', message: containing('No answer.') });
  });

  it.each<[string, () => void, string, RegExp]>([
    [
      'there is no time service',
      () => {
        bench.windows.services.remove('w32time');
      },
      'start-time-service',
      /w32time is not registered/,
    ],
    [
      'this Windows has no w32tm',
      () => {
        bench.windows.faults.refuse('run-tool', new Unavailable('w32tm', 'it is not there'));
      },
      'resync-clock',
      /w32tm is not available/,
    ],
    [
      'Windows is set to follow nobody',
      () => bench.windows.registryValues.set(PARAMETERS, { Type: 'NoSync' }),
      'resync-clock',
      /NoSync/,
    ],
    [
      'the time service does not start',
      () => {
        bench.windows.faults.refuse('start', 1290, { subject: 'w32time' });
      },
      'start-time-service',
      /does not start/,
    ],
  ])('says so when %s, and is honest in the end', async (_, spoil, stepId, words) => {
    bench.server.aheadMs = HOUR_MS;
    spoil();
    const { verdict, told } = await run();
    expect(told(stepId)).toMatchObject({ message: expect.stringMatching(words) as string });
    expect(verdict).toMatchObject({ verdict: 'step-failed', stepId: 'verify-clock' });
  });

  it('does not trust the exit code of w32tm', async () => {
    bench.windows.tools.addEnding('System32\\w32tm.exe', 0);
    bench.server.aheadMs = HOUR_MS;
    const { verdict } = await run();
    expect(verdict).toMatchObject({ verdict: 'step-failed', message: containing('w32tm ended') });
  });

  it('lets the scan decide when it is to mend a failure', async () => {
    bench.server.aheadMs = HOUR_MS;
    bench.windows.agent.onScan = () => {
      const scan = { outcome: 'success', phase: 'scan', kind: 'windows' } as const;
      const at = bench.clock.now();
      bench.seen = [{ ...scan, at, code: undefined, updateId: undefined, kb: undefined }];
    };
    const { verdict } = await run({ failure: { code: '0x80072F8F', phase: 'scan' } });
    expect(verdict).toMatchObject({ verdict: 'fixed', level: 'L1' });
  });

  it('says what it would do, and does nothing, in a dry run', async () => {
    bench.server.aheadMs = 20 * HOUR_MS;
    bench.windows.services.get('w32time').startType = 'disabled';
    const { told } = await run({ mode: 'dry-run' }, { setFromServer: true });
    expect(told('enable-time-service')).toMatchObject({ message: containing('would make it') });
    expect(told('set-clock')).toMatchObject({
      message:
        'The clock is 20.0 hours behind: would set it to 2026-11-22T04:00:00.000Z when Windows does not.',
    });
    expect(bench.windows.faults.calls).toEqual([]);
  });
});
