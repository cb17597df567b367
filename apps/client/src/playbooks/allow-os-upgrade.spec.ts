import { Bench } from '../../testing/bench';
import { removeTemporaryFolders } from '../../testing/temporary-folder';
import { type RunDefinition } from './run-definition';

const KEY = 'SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WindowsUpdate\\OSUpgrade';
const VERSION = 'SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion';
const feature = { code: '0x80240020', phase: 'install' };

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
  bench.windows.registryValues.set(VERSION, { CurrentBuild: '26100' });
});
afterEach(() => {
  bench.close();
  removeTemporaryFolders();
});

const run = async (some: Partial<RunDefinition>, parameters: Record<string, boolean> = {}) => {
  const definition = bench.definition({ playbook: 'allow-os-upgrade', ...some });
  const all = { ...definition.parameters, ...parameters };
  expect(await bench.run({ ...definition, parameters: all })).toBe('ended');
  return { runId: definition.runId, verdict: bench.events(definition.runId).at(-1) };
};
const value = () => bench.windows.registryValues.get(KEY);

describe('allow-os-upgrade', () => {
  it.each<[string, RunDefinition['failure'], Record<string, boolean>, string, RegExp]>([
    ['no failure', undefined, { evenIfUndocumented: true }, '26100', /withoutFailure/],
    [
      'the failure of a cumulative update',
      { code: '0x80070002', phase: 'download', updateKind: 'windows' },
      { evenIfUndocumented: true, withoutFailure: true },
      '26100',
      /no failure of a feature update/,
    ],
    ['a Windows that does not know it', feature, {}, '26100', /no documented meaning/],
    ['a Windows that does not say which it is', feature, {}, '', /build unknown/],
  ])('is not for %s', async (_, failure, parameters, build, words) => {
    bench.windows.registryValues.set(VERSION, { CurrentBuild: build });
    const { verdict } = await run({ failure }, parameters);
    expect(verdict).toMatchObject({
      verdict: 'skipped',
      message: expect.stringMatching(words) as string,
    });
    expect(bench.windows.faults.calls).toEqual([]);
  });

  it.each<[string, RunDefinition['failure']]>([
    ['its kind', { code: '0x80070002', phase: 'install', updateKind: 'feature' }],
    ['its two-part code', { code: '0x80070002', phase: 'install', extendedCode: '0x00020007' }],
    ['a code of set-up', { code: '0xC1900101', phase: 'reboot' }],
    ['a published code', feature],
  ])('knows a feature update by %s', async (_, failure) => {
    const { verdict } = await run({ failure }, { evenIfUndocumented: true });
    expect(value()).toEqual({ AllowOSUpgrade: 1 });
    expect(verdict).toMatchObject({ verdict: 'unverified' });
  });

  it('needs no insisting on a Windows that knows the value', async () => {
    bench.windows.registryValues.set(VERSION, { CurrentBuild: '9600' });
    await run({ failure: feature });
    expect(value()).toEqual({ AllowOSUpgrade: 1 });
  });

  it('does what it is for without a failure, when told to', async () => {
    const { verdict } = await run({}, { withoutFailure: true, evenIfUndocumented: true });
    expect(verdict).toMatchObject({ verdict: 'done', message: '"AllowOSUpgrade" is 1.' });
  });

  it.each([
    ['a value that was there', { AllowOSUpgrade: 0, Other: 'x' }],
    ['no value in a key with others', { Other: 'x' }],
    ['no key', undefined],
  ])('undo puts back %s', async (_, before) => {
    if (before) bench.windows.registryValues.set(KEY, before);
    const { runId } = await run({ failure: feature }, { evenIfUndocumented: true });
    expect(value()).toMatchObject({ AllowOSUpgrade: 1 });
    const undo = await run({ mode: 'undo', undoes: runId });
    expect(undo.verdict).toMatchObject({ verdict: 'undone' });
    expect(value()).toEqual(before);
  });

  it('says what it would do, and does nothing, in a dry run', async () => {
    bench.windows.registryValues.set(KEY, { AllowOSUpgrade: 0 });
    const { runId } = await run({ mode: 'dry-run', failure: feature });
    const told = bench.events(runId).map((event) => (event.event === 'step' ? event.message : ''));
    expect(told).toContain(`"${KEY}\\AllowOSUpgrade" is 0 (dword). Would set it to 1.`);
    expect(bench.windows.faults.calls).toEqual([]);
  });

  it('claims nothing when somebody sets it back', async () => {
    const parameters = { withoutFailure: true, evenIfUndocumented: true };
    bench.windows.agent.onScan = () => {
      bench.windows.registryValues.set(KEY, { AllowOSUpgrade: 0 });
    };
    expect((await run({}, parameters)).verdict).toMatchObject({ verdict: 'step-failed' });
  });
});
