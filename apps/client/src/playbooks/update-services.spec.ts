import { Bench } from '../../testing/bench';
import { removeTemporaryFolders } from '../../testing/temporary-folder';
import { type RunDefinition } from './run-definition';
import { defaultStartType } from './update-service-defaults';

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(() => {
  bench.close();
  removeTemporaryFolders();
});

/** Windows is simulated here; under Wine the real executable does it to real services of its manager. */
const run = async (some: Partial<RunDefinition> = {}) => {
  const definition = bench.definition({ playbook: 'repair-update-services', ...some });
  expect(await bench.run(definition)).toBe('ended');
  const events = bench.events(definition.runId);
  const told = (stepId: string) =>
    events.findLast((event) => event.event === 'step' && event.stepId === stepId);
  return { ...definition, told, verdict: events.at(-1) };
};
const disable = (...names: readonly string[]) => {
  for (const name of names)
    Object.assign(bench.windows.services.get(name), { startType: 'disabled', state: 'stopped' });
};

describe('repair-update-services', () => {
  it('gives disabled services their start types back, starts what starts with Windows, and tries the rest', async () => {
    disable('wuauserv', 'dosvc');
    const { verdict, told } = await run();
    expect(verdict).toMatchObject({ verdict: 'done' });
    expect(bench.windows.services.startTypes()).toMatchObject({
      ...{ wuauserv: 'manual', dosvc: 'automatic', bits: 'manual' },
    });
    expect(bench.windows.services.states()).toMatchObject({
      ...{ wuauserv: 'stopped', dosvc: 'running', msiserver: 'stopped' },
    });
    expect(told('repair-start-types')).toMatchObject({
      message: 'dosvc was disabled, now automatic; wuauserv was disabled, now manual.',
    });
    expect(bench.windows.faults.calls).toContain('start wuauserv');
  });

  it('changes nothing on a machine on which all stands as it should, but sees it', async () => {
    const before = [bench.windows.services.states(), bench.windows.services.startTypes()];
    const { verdict } = await run();
    expect(verdict).toMatchObject({ verdict: 'done' });
    expect([bench.windows.services.states(), bench.windows.services.startTypes()]).toEqual(before);
    expect(bench.windows.faults.calls.join()).not.toContain('set-start-type');
  });

  it('leaves start types that somebody has chosen, and never names those that are not to be touched', async () => {
    bench.windows.services.get('usosvc').startType = 'manual';
    bench.windows.services.add('trustedinstaller', { startType: 'disabled' });
    bench.windows.services.add('waasmedicsvc', { startType: 'disabled' });
    await run();
    expect(bench.windows.services.startTypes()).toMatchObject({
      ...{ usosvc: 'manual', trustedinstaller: 'disabled', waasmedicsvc: 'disabled' },
    });
  });

  it('says which services this Windows does not have', async () => {
    bench.windows.services.remove('dosvc');
    bench.windows.services.remove('usosvc');
    const { verdict, told } = await run();
    expect(told('check-update-blockers')).toMatchObject({
      message: expect.stringContaining('Not on this Windows: dosvc, usosvc.') as string,
    });
    expect(verdict).toMatchObject({ verdict: 'done' });
  });

  it('claims no success without a Windows Update service', async () => {
    bench.windows.services.remove('wuauserv');
    expect((await run()).verdict).toMatchObject({ verdict: 'step-failed' });
  });

  it('is honest when something disables a service again at once', async () => {
    disable('wuauserv');
    const sleep = bench.clock.sleep.bind(bench.clock);
    bench.clock.sleep = (milliseconds, signal) => {
      if (milliseconds === 1000) disable('wuauserv');
      return sleep(milliseconds, signal);
    };
    expect((await run()).verdict).toMatchObject({
      verdict: 'step-failed',
      stepId: 'verify-update-services',
      message: expect.stringContaining('Something made "wuauserv" disabled again') as string,
    });
  });

  it('goes on with the others when one does not start, and names it', async () => {
    bench.windows.faults.refuse('start', 1068, { subject: 'msiserver' });
    disable('dosvc');
    const { verdict } = await run();
    expect(verdict).toMatchObject({
      verdict: 'step-failed',
      message: '"msiserver" does not start.',
    });
    expect(bench.windows.services.get('dosvc').state).toBe('running');
  });

  it.each<[string, string, Record<string, number | string>, RegExp]>([
    [
      'a policy',
      'SOFTWARE\\Policies\\Microsoft\\Windows\\WindowsUpdate',
      { DisableWindowsUpdateAccess: 1 },
      /DisableWindowsUpdateAccess/,
    ],
    [
      'a "debugger" of a program of Windows Update',
      'SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Image File Execution Options\\wuauclt.exe',
      { Debugger: 'C:\\Blocker\\blocker.exe' },
      /blocker\.exe/,
    ],
    [
      'another library as the service',
      'SYSTEM\\CurrentControlSet\\Services\\wuauserv\\Parameters',
      { ServiceDll: '%systemroot%\\system32\\WaaSMedicSvc.dll_BAK' },
      /instead of wuaueng\.dll/,
    ],
  ])('reports %s and does not fight it, unless told to', async (_, key, values, words) => {
    disable('wuauserv');
    bench.windows.registryValues.set(key, values);
    const { verdict } = await run();
    expect(verdict).toMatchObject({
      verdict: 'skipped',
      message: expect.stringMatching(words) as string,
    });
    expect(bench.windows.faults.calls).toEqual([]);

    await run({ parameters: { despiteBlockers: true, verifyMinutes: 1 } });
    expect(bench.windows.services.get('wuauserv').startType).toBe('manual');
    expect(bench.windows.registryValues.get(key)).toEqual(values);
  });

  it('lets the scan decide when it is to mend a failure', async () => {
    disable('wuauserv');
    const failure = { code: '0x80070422', phase: 'scan' };
    bench.seen = [];
    bench.windows.agent.onScan = () => {
      const at = bench.clock.now();
      const scan = { outcome: 'success', phase: 'scan', kind: 'windows', at } as const;
      bench.seen = [{ ...scan, code: undefined, updateId: undefined, kb: undefined }];
    };
    expect((await run({ failure })).verdict).toMatchObject({ verdict: 'fixed', level: 'L1' });
  });

  it('says what it would do, and does nothing, in a dry run', async () => {
    disable('wuauserv', 'dosvc');
    const { told, verdict } = await run({ mode: 'dry-run' });
    expect(bench.windows.faults.calls).toEqual([]);
    expect(told('repair-start-types')).toMatchObject({
      message: 'Would make dosvc automatic, wuauserv manual.',
    });
    expect(told('start-services')).toMatchObject({
      message:
        'Would start dosvc. Would see whether these start, and stop them again: msiserver, wuauserv.',
    });
    expect(verdict).toMatchObject({ verdict: 'dry-run-done' });
  });

  it('is taken back by undo: start types, and what was started', async () => {
    disable('wuauserv', 'dosvc');
    const before = [bench.windows.services.states(), bench.windows.services.startTypes()];
    const { runId } = await run();
    const undo = await run({ mode: 'undo', undoes: runId });
    expect(undo.verdict).toMatchObject({ verdict: 'undone' });
    expect([bench.windows.services.states(), bench.windows.services.startTypes()]).toEqual(before);
  });

  it('leaves a service that others have come to need by then', async () => {
    disable('dosvc');
    const { runId } = await run();
    bench.windows.services.add('needy', { state: 'running' });
    bench.windows.services.get('dosvc').dependents.push('needy');
    const undo = await run({ mode: 'undo', undoes: runId });
    expect(undo.told('start-services')).toMatchObject({
      message: 'Other services need these by now: dosvc.',
    });
    expect(bench.windows.services.get('dosvc').state).toBe('running');
  });
});

it.each([
  ['wuauserv', 26_100, 'manual'],
  ['WUAUSERV', undefined, 'manual'],
  ['bits', 19_045, 'manual'],
  ['cryptsvc', 19_045, 'automatic'],
  ['dosvc', 19_045, 'automatic'],
  ['usosvc', 14_393, 'manual'],
  ['usosvc', 18_362, 'automatic'],
  ['usosvc', undefined, 'automatic'],
  ['trustedinstaller', 26_100, undefined],
  ['waasmedicsvc', 26_100, undefined],
])('a fresh Windows has %s of build %s as %s', (name, build, startType) => {
  expect(defaultStartType(name, build)).toBe(startType);
});
