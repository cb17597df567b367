import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type PastObservation } from '../detection/detection-store';
import { Bench } from '../../testing/bench';
import { removeTemporaryFolders } from '../../testing/temporary-folder';
import { ToolEnded } from '../windows/tools';
import { Unavailable } from '../windows/windows';
import { type RunDefinition } from './run-definition';

const DISM = 'System32\\Dism.exe';
const SFC = 'System32\\sfc.exe';
const POWERSHELL = 'System32\\WindowsPowerShell\\v1.0\\powershell.exe';
const POLICY = 'SOFTWARE\\Policies\\Microsoft\\Windows\\WindowsUpdate';

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(() => {
  bench.close();
  removeTemporaryFolders();
});

/** Windows is simulated: Wine has no DISM, no SFC, no troubleshooter and no update agent that answers. */
const stepsOf = (runId: string) =>
  new Map(
    bench
      .events(runId)
      .flatMap((event) =>
        event.event === 'step' && event.state !== 'running' ? [[event.stepId, event] as const] : [],
      ),
  );
const verdictOf = (runId: string) => bench.events(runId).find(({ event }) => event === 'verdict');
const run = async (some: Partial<RunDefinition>) => {
  const definition = bench.definition(some);
  await bench.run(definition);
  return { steps: stepsOf(definition.runId), verdict: verdictOf(definition.runId) };
};
const toolCalls = () => bench.windows.faults.calls.filter((call) => call.startsWith('run-tool'));

describe('repair-component-store', () => {
  const playbook = 'repair-component-store';
  beforeEach(() => {
    bench.windows.storeHealth = 'repairable';
    bench.windows.tools.add(DISM, () => {
      bench.windows.storeHealth = 'healthy';
      return { exitCode: 0, output: Buffer.from('The restore operation completed.') };
    });
    bench.windows.tools.addEnding(SFC, 0, 'ok');
  });

  it('repairs with DISM, compares with SFC, and takes the store at its word', async () => {
    const { steps, verdict } = await run({ playbook });
    expect(toolCalls()).toEqual([
      `run-tool ${DISM} /English /Online /Cleanup-Image /RestoreHealth /NoRestart`,
      `run-tool ${SFC} /scannow`,
    ]);
    expect(steps.get('verify-component-store')).toMatchObject({ state: 'done' });
    expect(verdict).toMatchObject({ verdict: 'done' });
  });

  it.each<[string, number, string, object]>([
    ['a restart that is needed', 3010, 'done', { restartRequired: true }],
    ['a restart that has begun', 1641, 'done', { restartRequired: true }],
    ['missing files', 0x800f081f, 'failed', { exitCode: 0x800f081f }],
  ])('understands %s', async (_, exitCode, state, details) => {
    bench.windows.tools.addEnding(DISM, exitCode, 'words');
    const { steps, verdict } = await run({ playbook });
    expect(steps.get('restore-component-store')).toMatchObject({ state, details });
    if (state === 'failed') {
      expect(verdict).toMatchObject({ verdict: 'step-failed', code: '0x800F081F' });
      expect(verdict).toMatchObject({ message: expect.stringMatching(/WSUS/) as string });
    }
  });

  it('tries again what asks to be tried again, and says so when that has no end', async () => {
    let times = 0;
    bench.windows.tools.add(DISM, () => ({
      exitCode: (times += 1) < 3 ? 1618 : 0,
      output: Buffer.from('words'),
    }));
    expect((await run({ playbook })).steps.get('restore-component-store')?.state).toBe('done');
    bench.windows.tools.addEnding(DISM, 1618, 'words');
    const { steps } = await run({ playbook });
    expect(steps.get('restore-component-store')).toMatchObject({
      state: 'failed',
      details: { retryLater: true },
    });
  });

  it('believes no program that ends well without a word', async () => {
    bench.windows.tools.addEnding(DISM, 0, '');
    const { verdict } = await run({ playbook });
    expect(verdict).toMatchObject({ verdict: 'step-failed', stepId: 'restore-component-store' });
  });

  it('begins nothing that Windows calls beyond repair', async () => {
    bench.windows.storeHealth = 'non-repairable';
    const { verdict } = await run({ playbook });
    expect(verdict).toMatchObject({ verdict: 'skipped', stepId: 'check-component-store' });
    expect(toolCalls()).toEqual([]);
  });

  it('fails when the store is damaged afterwards, unless the update was installed all the same', async () => {
    bench.windows.tools.addEnding(DISM, 0, 'words');
    expect((await run({ playbook })).verdict).toMatchObject({ verdict: 'step-failed' });
    const failure = { code: '0x80070002', phase: 'install', kb: 'KB5068861' };
    bench.seen = [installed('KB5068861')];
    expect((await run({ playbook, failure })).verdict).toMatchObject({ verdict: 'fixed' });
  });

  it('says that it can not know where Windows does not tell', async () => {
    bench.windows.faults.refuse('component-store', new Unavailable('The store', 'no dismapi'));
    const { steps, verdict } = await run({ playbook });
    expect(steps.get('check-component-store')?.state).toBe('skipped');
    expect(verdict).toMatchObject({ verdict: 'unverified' });
  });

  it('leaves system files alone when told to', async () => {
    await run({ playbook, parameters: { repairSystemFiles: false, verifyMinutes: 1 } });
    expect(toolCalls()).toHaveLength(1);
  });

  it('ends DISM when the client is asked to end, and begins it again at the next start', async () => {
    const definition = bench.definition({ playbook });
    const journal = bench.journal();
    await journal.begin(definition, 'order');
    const executor = bench.executor(journal);
    bench.windows.tools.add(DISM, () => {
      executor.requestEnd();
      throw new ToolEnded(DISM, 'signal');
    });
    const driven = () => journal.find(definition.runId)!;
    expect(await executor.drive(driven())).toBe('interrupted');
    bench.windows.tools.addEnding(DISM, 0, 'words');
    bench.windows.storeHealth = 'healthy';
    expect(await bench.executor(journal).drive(driven())).toBe('ended');
    expect(bench.verdict(definition.runId)).toBe('done');
  });

  it('changes nothing in a dry run', async () => {
    const { steps } = await run({ playbook, mode: 'dry-run' });
    expect(steps.get('restore-component-store')?.message).toMatch(/Would run: .*RestoreHealth/);
    expect(bench.windows.faults.calls).toEqual([]);
  });
});

describe('run-troubleshooter', () => {
  const playbook = 'run-troubleshooter';
  const ship = () => {
    for (const path of [
      'diagnostics/system/WindowsUpdate',
      'System32/WindowsPowerShell/v1.0/Modules/TroubleshootingPack',
      'System32/WindowsPowerShell/v1.0/powershell.exe',
    ]) {
      mkdirSync(join(bench.windows.machine.windowsDirectory, path), { recursive: true });
    }
  };

  it('says that this Windows has no troubleshooter, and touches nothing', async () => {
    const { verdict } = await run({ playbook });
    expect(verdict).toMatchObject({
      verdict: 'skipped',
      message: expect.stringMatching(/not available on this Windows/) as string,
    });
    expect(bench.windows.faults.calls).toEqual([]);
  });

  it('runs it, starts the services that it has stopped, and watches for a scan', async () => {
    ship();
    const before = bench.windows.services.states();
    bench.windows.tools.add(POWERSHELL, ({ args }) => {
      expect(args.slice(0, 3)).toEqual(['-NoLogo', '-NoProfile', '-NonInteractive']);
      bench.windows.services.get('wuauserv').state = 'stopped';
      return { exitCode: 0, output: Buffer.from('fleetmend: the pack has run\r\n') };
    });
    const { steps } = await run({ playbook });
    expect(steps.get('run-troubleshooting-pack')?.state).toBe('done');
    expect(bench.windows.services.states()).toEqual(before);
  });

  it.each<[string, () => never | { exitCode: number; output: Buffer }]>([
    ['fails', () => ({ exitCode: 91, output: Buffer.from('no') })],
    ['only pretends to run', () => ({ exitCode: 0, output: Buffer.from('PowerShell 7') })],
    [
      'takes too long',
      () => {
        throw new ToolEnded(POWERSHELL, 'timeout');
      },
    ],
  ])('starts the services again when it %s', async (_, answer) => {
    ship();
    const before = bench.windows.services.states();
    bench.windows.tools.add(POWERSHELL, () => {
      bench.windows.services.get('bits').state = 'stopped';
      return answer();
    });
    const { verdict } = await run({ playbook });
    expect(verdict).toMatchObject({ stepId: 'run-troubleshooting-pack' });
    expect(bench.windows.services.states()).toEqual(before);
  });

  it('leaves no service stopped while the client is away', async () => {
    ship();
    const before = bench.windows.services.states();
    bench.windows.tools.add(POWERSHELL, () => {
      bench.windows.services.get('cryptsvc').state = 'stopped';
      throw new ToolEnded(POWERSHELL, 'signal');
    });
    const definition = bench.definition({ playbook });
    expect(await bench.run(definition)).toBe('interrupted');
    expect(bench.windows.services.states()).toEqual(before);
  });
});

describe('update-drivers', () => {
  const playbook = 'update-drivers';
  const driver = (id: string, some: object = {}) => ({
    ...{ id, title: `Driver ${id}`, problem: 0, needsInput: false },
    ...some,
  });

  it('installs what is offered and sees that it is no longer offered', async () => {
    bench.windows.driverUpdates.offered.push(driver('a'), driver('b'), driver('c'));
    const { steps, verdict } = await run({ playbook });
    expect(steps.get('install-drivers')?.details).toMatchObject({ offered: 3, installed: 3 });
    expect(verdict).toMatchObject({ verdict: 'done' });
  });

  it('never takes what asks questions, optional ones only when told to, and problems only when told to', async () => {
    const all = [
      driver('asks', { needsInput: true }),
      driver('optional', { optional: true }),
      driver('broken', { problem: 28 }),
      driver('works'),
    ];
    const installs = () =>
      bench.windows.faults.calls.filter((call) => call.startsWith('install')).at(-1);
    bench.windows.driverUpdates.offered.push(...all);
    await run({ playbook, parameters: { onlyProblemDevices: true, verifyMinutes: 1 } });
    expect(installs()).toBe('install-drivers broken');
    await run({ playbook, parameters: { includeOptional: true, verifyMinutes: 1 } });
    expect(installs()).toBe('install-drivers optional works');
    expect(bench.windows.driverUpdates.offered).toEqual([all[0]]);
  });

  it('names those that failed, and fails when all did', async () => {
    bench.windows.driverUpdates.offered.push(driver('a'), driver('b'));
    bench.windows.driverUpdates.failing.set('b', 0x80240022);
    const { steps, verdict } = await run({ playbook });
    expect(steps.get('install-drivers')).toMatchObject({
      state: 'done',
      message: expect.stringMatching(/"Driver b" failed with 0x80240022/) as string,
    });
    expect(verdict).toMatchObject({ verdict: 'step-failed', stepId: 'install-drivers' });
    expect((await run({ playbook })).verdict).toMatchObject({ code: '0x80240022' });
  });

  it('proves nothing before a restart that is needed', async () => {
    bench.windows.driverUpdates.offered.push(driver('a'));
    bench.windows.driverUpdates.restartRequired = true;
    expect((await run({ playbook })).verdict).toMatchObject({ verdict: 'unverified' });
  });

  it('installs nothing twice when the client died in the middle', async () => {
    for (let write = 1; ; write += 1) {
      bench.windows.driverUpdates.offered.splice(0, 9, driver('a'), driver('b'));
      bench.windows.faults.calls.length = 0;
      const definition = bench.definition({ playbook });
      const life = await bench.live(definition, { write });
      if (life === 'dead') expect(await bench.live(definition)).toBe('ended');
      expect(bench.verdict(definition.runId)).toBe('done');
      const installs = bench.windows.faults.calls.filter((call) => call.startsWith('install'));
      expect(installs).toEqual(['install-drivers a b']);
      if (life === 'ended') break;
    }
  });

  it.each([
    [POLICY, 'DisableWindowsUpdateAccess', 1],
    [POLICY, 'ExcludeWUDriversInQualityUpdate', 1],
    ['SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\DriverSearching', 'SearchOrderConfig', 0],
  ])('respects %s %s', async (key, value, data) => {
    bench.windows.registryValues.set(key, { [value]: data });
    const { verdict } = await run({ playbook });
    expect(verdict).toMatchObject({ verdict: 'skipped', stepId: 'check-driver-policy' });
  });

  it('says when the search fails, with its code', async () => {
    bench.windows.faults.refuse('search-drivers', 0x80240438);
    expect((await run({ playbook })).verdict).toMatchObject({
      verdict: 'step-failed',
      code: '0x80240438',
    });
  });
});

function installed(kb: string): PastObservation {
  return {
    ...{ outcome: 'success', phase: 'install', code: undefined, kind: 'windows', kb },
    ...{ updateId: undefined, at: new Date('2999-01-01T00:00:00Z') },
  };
}
