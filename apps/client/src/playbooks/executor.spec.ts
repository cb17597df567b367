import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type StepEvent } from '@fleetmend/client-protocol';
import { Bench } from '../../testing/bench';
import { removeTemporaryFolders } from '../../testing/temporary-folder';
import { Unavailable, WindowsError } from '../windows/windows';

describe('Executor', () => {
  let bench: Bench;
  let before: Record<string, string>;

  beforeEach(() => {
    bench = new Bench();
    writeFileSync(join(bench.windows.machine.softwareDistribution, 'old'), 'old');
    before = bench.windows.services.states();
  });
  afterEach(() => {
    bench.close();
    removeTemporaryFolders();
  });

  const folders = () =>
    readdirSync(bench.windows.machine.windowsDirectory).filter((name) =>
      name.startsWith('SoftwareDistribution'),
    );
  const isOld = (folder: string) =>
    existsSync(join(bench.windows.machine.windowsDirectory, folder, 'old'));
  const last = (runId: string) => bench.events(runId).at(-1);

  it('renames the folder, leaves the services as they were and tells every step', async () => {
    const definition = bench.definition();
    expect(await bench.run(definition)).toBe('ended');
    expect(folders()).toEqual([
      'SoftwareDistribution',
      expect.stringMatching(/^SoftwareDistribution\.bak-\d{14}$/),
    ]);
    expect(isOld(folders()[0]!)).toBe(false);
    expect(isOld(folders()[1]!)).toBe(true);
    expect(bench.windows.services.states()).toEqual(before);
    const events = bench.events(definition.runId);
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index));
    expect(events.flatMap((event) => (event.event === 'state' ? [event.state] : []))).toEqual([
      'preflight',
      'snapshot',
      'acting',
      'verifying',
    ]);
    expect(last(definition.runId)).toMatchObject({
      event: 'verdict',
      verdict: 'unverified',
      level: 'L0',
    });
  });

  it('renames catroot2 as well when told to, and puts both back', async () => {
    const catalogues = join(bench.windows.machine.windowsDirectory, 'System32', 'catroot2');
    mkdirSync(catalogues, { recursive: true });
    writeFileSync(join(catalogues, 'old'), 'old');
    const parameters = { ignorePendingRestart: false, includeCatroot2: true, verifyMinutes: 1 };
    const definition = bench.definition({ parameters });
    await bench.run(definition);
    expect(existsSync(catalogues)).toBe(false);
    expect(isOld('SoftwareDistribution')).toBe(false);
    expect(bench.windows.services.states()).toEqual(before);
    await bench.run(bench.definition({ parameters, mode: 'undo', undoes: definition.runId }));
    expect(existsSync(join(catalogues, 'old'))).toBe(true);
    expect(isOld('SoftwareDistribution')).toBe(true);
    expect(bench.windows.services.states()).toEqual(before);
  });

  it('takes the first folder back too when the second one can not be renamed', async () => {
    const parameters = { ignorePendingRestart: false, includeCatroot2: true, verifyMinutes: 1 };
    mkdirSync(join(bench.windows.machine.windowsDirectory, 'System32', 'catroot2'), {
      recursive: true,
    });
    const disk = new WindowsError('MoveFileEx', 112, 'There is not enough space on the disk.');
    const definition = bench.definition({ parameters });
    const rename = bench.windows.directories.rename.bind(bench.windows.directories);
    bench.windows.directories.rename = (from, to) =>
      from.endsWith('catroot2') ? Promise.reject(disk) : rename(from, to);
    await bench.run(definition);
    expect(bench.verdict(definition.runId)).toBe('rolled-back');
    expect(isOld('SoftwareDistribution')).toBe(true);
    expect(bench.windows.services.states()).toEqual(before);
  });

  it('stops in the order of the playbook, dependents first', async () => {
    bench.windows.services.add('needy', { state: 'running' });
    bench.windows.services.get('wuauserv').dependents.push('needy');
    before = bench.windows.services.states();
    await bench.run(bench.definition());
    const stops = bench.windows.faults.calls.filter((call) => call.startsWith('stop'));
    expect(stops).toEqual([
      'stop needy',
      'stop usosvc',
      'stop wuauserv',
      'stop dosvc',
      'stop bits',
    ]);
    expect(bench.windows.services.states()).toEqual(before);
  });

  it.each([
    [true, 'done'],
    [false, 'failed'],
  ])('looks whether the update service runs for the scan: %s', async (runs, state) => {
    const wuauserv = bench.windows.services.get('wuauserv');
    wuauserv.state = 'stopped';
    bench.windows.agent.onScan = () => {
      if (runs) wuauserv.state = 'running';
    };
    const { runId } = bench.definition();
    await bench.run(bench.definition({ runId }));
    const told = bench
      .events(runId)
      .filter(
        (event): event is StepEvent =>
          event.event === 'step' && event.stepId === 'verify-service-ran',
      );
    expect(told.at(-1)?.state).toBe(state);
  });

  it('starts nothing that did not run before', async () => {
    bench.windows.services.get('bits').state = 'stopped';
    await bench.run(bench.definition());
    expect(bench.windows.services.get('bits').state).toBe('stopped');
    expect(bench.windows.faults.calls).not.toContain('start bits');
  });

  it.each<[string, (bench: Bench) => void, RegExp]>([
    [
      'a restart is pending',
      ({ windows }) => (windows.pending = { pending: true, reasons: ['updates'] }),
      /restart is pending \(updates\)/,
    ],
    ['something is being installed', ({ windows }) => (windows.agent.busy = true), /installing/],
    ['the disk is full', ({ windows }) => (windows.directories.free = 1000), /are free/],
    [
      'a policy forbids updates',
      ({ windows }) =>
        windows.registryValues.set('SOFTWARE\\Policies\\Microsoft\\Windows\\WindowsUpdate', {
          DisableWindowsUpdateAccess: 1,
        }),
      /policy/,
    ],
  ])('touches nothing when %s', async (_, spoil, message) => {
    spoil(bench);
    const definition = bench.definition();
    await bench.run(definition);
    expect(last(definition.runId)).toMatchObject({
      verdict: 'skipped',
      message: expect.stringMatching(message) as string,
    });
    expect(bench.windows.faults.calls).toEqual([]);
  });

  it('goes on with a pending restart when the order says so', async () => {
    bench.windows.pending = { pending: true, reasons: [] };
    const definition = bench.definition({
      parameters: { ignorePendingRestart: true, verifyMinutes: 1 },
    });
    await bench.run(definition);
    expect(bench.verdict(definition.runId)).toBe('unverified');
  });

  it('says so when the installer can not be asked, and goes on', async () => {
    bench.windows.faults.refuse('installer-busy', new Unavailable('The installer', 'no COM'));
    const definition = bench.definition();
    await bench.run(definition);
    const step = bench
      .events(definition.runId)
      .find(
        (event): event is StepEvent =>
          event.event === 'step' &&
          event.stepId === 'check-installer-busy' &&
          event.state === 'skipped',
      );
    expect(step?.message).toContain('no COM');
    expect(bench.verdict(definition.runId)).toBe('unverified');
  });

  it('sends the history in parts before anything is touched', async () => {
    const log = join(bench.windows.machine.softwareDistribution, 'ReportingEvents.log');
    const content = `first\u0000line 😀 `.repeat(9000);
    writeFileSync(log, content);
    bench.windows.agent.history = ['{"a":1}', '{"b":2}'];
    await bench.run(bench.definition());
    const parts = bench.reports().filter((report) => report.kind === 'history');
    const ofLog = parts.filter(({ name }) => name === 'ReportingEvents.log');
    expect(ofLog.length).toBeGreaterThan(1);
    expect(ofLog.map(({ part }) => part)).toEqual(ofLog.map((_, index) => index));
    expect(ofLog.map((part) => part.content).join('')).toBe(content.replaceAll('\u0000', ''));
    expect(parts.find(({ name }) => name === 'update-history')?.content).toBe('{"a":1}\n{"b":2}');
  });

  it('does not say that it saved what nobody was sent', async () => {
    bench.windows.agent.history = ['{"a":1}'];
    const definition = bench.definition();
    const journal = bench.journal();
    await journal.begin(definition, 'local');
    await bench.executor(journal).drive(journal.find(definition.runId)!);
    const message = journal.facts(definition.runId).result('save-update-history')?.message;
    expect(message).toMatch(/^Not sent .* update-history\./);
    expect(bench.reports()).toEqual([]);
  });

  it('reads once more what Windows writes while its services stop', async () => {
    const stopped: string[][] = [];
    bench.onPoll = () => {
      stopped.push(bench.windows.faults.calls.map((call) => call.split(' ')[0]!));
    };
    await bench.run(bench.definition());
    expect(stopped).toContainEqual(['stop', 'stop', 'stop', 'stop']);
  });

  it('comes to its end although somebody sets the clock back all the time', async () => {
    const sleep = bench.clock.sleep.bind(bench.clock);
    bench.clock.sleep = (milliseconds, signal) => {
      bench.clock.advance(-60_000);
      return sleep(milliseconds, signal);
    };
    expect(await bench.run(bench.definition())).toBe('ended');
    bench.windows.services.get('dosvc').stopTakes = 300;
    const definition = bench.definition();
    expect(await bench.run(definition)).toBe('ended');
    expect(last(definition.runId)).toMatchObject({ stepId: 'stop-services' });
    expect(bench.windows.services.states()).toEqual(before);
  });

  it('tries again while something is held open, stopping services that came back', async () => {
    let tries = 0;
    bench.windows.directories.open(
      join(bench.windows.machine.softwareDistribution, 'DataStore', 'DataStore.edb'),
      () => (tries += 1) <= 3,
    );
    bench.windows.services.get('wuauserv').restartsItself = 2;
    const definition = bench.definition();
    await bench.run(definition);
    expect(isOld(folders()[1]!)).toBe(true);
    expect(bench.windows.services.states()).toEqual(before);
  });

  it('renames the children when the folder itself is refused', async () => {
    bench.windows.directories.open(join(bench.windows.machine.softwareDistribution, 'old'));
    await bench.run(bench.definition());
    expect(folders()).toEqual(['SoftwareDistribution']);
    expect(readdirSync(bench.windows.machine.softwareDistribution)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^DataStore\.bak-/),
        expect.stringMatching(/^Download\.bak-/),
      ]),
    );
    expect(bench.windows.services.states()).toEqual(before);
  });

  it('leaves the rename to the next restart as the last resort, and verifies after it', async () => {
    const held = join(bench.windows.machine.softwareDistribution, 'DataStore', 'DataStore.edb');
    bench.windows.directories.open(held);
    const definition = bench.definition();
    expect(await bench.run(definition)).toBe('waits-for-restart');
    expect(last(definition.runId)).toMatchObject({ event: 'state', state: 'rebooting' });
    expect(bench.windows.services.states()).toEqual(before);
    expect(await bench.live(definition)).toBe('waits-for-restart');

    bench.clock.advance(3_600_000);
    bench.windows.restartMachine();
    bench.windows.agent.onScan = () => {
      void bench.windows.services.requestStart('wuauserv');
    };
    expect(await bench.live(definition)).toBe('ended');
    expect(isOld(folders()[1]!)).toBe(true);
    expect(bench.verdict(definition.runId)).toBe('unverified');
  });

  it('takes a clock that is set forward for no restart', async () => {
    const held = join(bench.windows.machine.softwareDistribution, 'DataStore', 'DataStore.edb');
    bench.windows.directories.open(held);
    bench.windows.machine.uptimeMilliseconds = () => 86_400_000;
    const definition = bench.definition();
    await bench.run(definition);
    bench.clock.advance(3_600_000);
    expect(await bench.live(definition)).toBe('waits-for-restart');
    bench.windows.machine.uptimeMilliseconds = () => 60_000;
    bench.clock.advance(-7_200_000);
    bench.windows.restartMachine();
    expect(await bench.live(definition)).toBe('ended');
    expect(folders().filter(isOld)).toEqual([expect.stringMatching(/\.bak-/)]);
  });

  it('waits for no restart when Windows refused to rename at the restart, too', async () => {
    bench.windows.directories.open(
      join(bench.windows.machine.softwareDistribution, 'DataStore', 'DataStore.edb'),
    );
    bench.windows.faults.refuse('rename-at-restart', 5);
    const definition = bench.definition();
    expect(await bench.run(definition)).toBe('ended');
    expect(last(definition.runId)).toMatchObject({
      verdict: 'rolled-back',
      stepId: 'rename-directory',
    });
    expect(folders()).toEqual(['SoftwareDistribution']);
    expect(bench.windows.services.states()).toEqual(before);
  });

  it('starts a service again that was refused at first', async () => {
    bench.windows.faults.refuse('start', 1053, { subject: 'dosvc', times: 3 });
    const definition = bench.definition();
    await bench.run(definition);
    expect(bench.verdict(definition.runId)).toBe('unverified');
    expect(bench.windows.services.states()).toEqual(before);
  });

  it('takes everything back when a service can not be started again', async () => {
    bench.windows.faults.refuse('start', 1058, { subject: 'dosvc', times: 1 });
    const definition = bench.definition();
    await bench.run(definition);
    expect(last(definition.runId)).toMatchObject({
      verdict: 'rolled-back',
      stepId: 'restore-services',
      code: '0x80070422',
    });
    expect(isOld('SoftwareDistribution')).toBe(true);
    expect(bench.windows.services.states()).toEqual(before);
  });

  it('says inconsistent when not everything could be taken back', async () => {
    bench.windows.faults.refuse('start', 1058, { subject: 'dosvc' });
    const definition = bench.definition();
    await bench.run(definition);
    expect(last(definition.runId)).toMatchObject({ verdict: 'inconsistent' });
    expect(bench.windows.services.states()).toEqual({ ...before, dosvc: 'stopped' });
  });

  it('starts again what it stopped when another service hangs while stopping', async () => {
    bench.windows.services.get('dosvc').stopTakes = 300;
    const definition = bench.definition();
    await bench.run(definition);
    expect(last(definition.runId)).toMatchObject({ stepId: 'stop-services' });
    expect(folders()).toEqual(['SoftwareDistribution']);
    expect(bench.windows.services.states()).toEqual(before);
  });

  it('says what it would do and does nothing in a dry run', async () => {
    const definition = bench.definition({ mode: 'dry-run' });
    await bench.run(definition);
    expect(bench.windows.faults.calls).toEqual([]);
    expect(folders()).toEqual(['SoftwareDistribution']);
    const told = bench
      .events(definition.runId)
      .flatMap((event) => (event.event === 'step' ? [event.message] : []));
    expect(told).toContain('Would stop, in this order: usosvc, wuauserv, dosvc, bits.');
    expect(told).toContain('Would start: bits, dosvc, wuauserv, usosvc.');
    expect(bench.verdict(definition.runId)).toBe('dry-run-done');
  });

  it('puts the old folder back when the run is undone, and keeps the new one', async () => {
    const first = bench.definition();
    await bench.run(first);
    const second = bench.definition({ mode: 'undo', undoes: first.runId });
    await bench.run(second);
    expect(bench.verdict(second.runId)).toBe('undone');
    const steps = bench.events(second.runId).filter((event) => event.event === 'step');
    expect(new Set(steps.map(({ section }) => section))).toEqual(new Set(['undo']));
    expect(steps).toContainEqual(
      expect.objectContaining({ stepId: 'rename-directory', state: 'undone' }),
    );
    expect(isOld('SoftwareDistribution')).toBe(true);
    expect(folders()).toHaveLength(2);
    expect(folders()[1]).toMatch(/^SoftwareDistribution\.undone-/);
    expect(bench.windows.services.states()).toEqual(before);
  });

  it('stops before anything is changed when the client is asked to end, and goes on later', async () => {
    const definition = bench.definition();
    const journal = bench.journal();
    await journal.begin(definition, 'order');
    const executor = bench.executor(journal);
    executor.requestEnd();
    expect(await executor.drive(journal.find(definition.runId)!)).toBe('interrupted');
    expect(bench.windows.faults.calls).toEqual([]);
    expect(await bench.live(definition)).toBe('ended');
  });
});
