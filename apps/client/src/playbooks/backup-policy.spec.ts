import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { Bench } from '../../testing/bench';
import { removeTemporaryFolders } from '../../testing/temporary-folder';
import { type BackupFolder } from '../inventory/backup-folders';
import { judgeBackups, type MakerOfBackup } from './backup-policy';

const NOW = new Date('2026-11-21T08:00:00Z');
const DAY_MS = 24 * 3_600_000;
const POLICY = { keepDays: 14, keepNewest: 1, includeForeign: false };

function backup(name: string, daysAgo = 400): BackupFolder {
  const at = new Date(NOW.getTime() - daysAgo * DAY_MS);
  return { path: `C:\\Windows\\${name}`, name, createdAt: at, modifiedAt: at };
}
const ours = (daysAgo: number, folder = 'SoftwareDistribution') => {
  const at = new Date(NOW.getTime() - daysAgo * DAY_MS).toISOString();
  // Renaming changes neither time of the folder.
  return backup(`${folder}.bak-${at.replaceAll(/\D/g, '').slice(0, 14)}`, 400);
};
const deleted = (
  backups: readonly BackupFolder[],
  policy = POLICY,
  makerOf: (path: string) => MakerOfBackup | undefined = () => undefined,
) =>
  judgeBackups(backups, policy, makerOf, NOW)
    .filter(({ keptBecause }) => keptBecause === undefined)
    .map(({ path }) => path);

describe('which backups may be deleted', () => {
  it('are the oldest, in order of age; young ones and the newest are kept', () => {
    const [young, newest, old, older] = [ours(3), ours(20), ours(60), ours(90)];
    expect(deleted([newest, older, old])).toEqual([older.path, old.path]);
    expect(deleted([young, newest, older, old])).toEqual([older.path, old.path, newest.path]);
    expect(deleted([newest], { ...POLICY, keepNewest: 0 })).toEqual([newest.path]);
  });

  it('are counted for each folder by itself', () => {
    expect(deleted([ours(90), ours(80, 'catroot2')])).toEqual([]);
  });

  it('are those of others only when told to, and only what belongs to Windows Update', () => {
    const others = ['SDTemp', 'SoftwareDistribution.old', 'catroot2.bak'].map((name) =>
      backup(name),
    );
    const unrelated = backup('Temp.old');
    expect(deleted([...others, unrelated])).toEqual([]);
    const all = deleted([...others, unrelated], {
      ...{ keepDays: 14, keepNewest: 0, includeForeign: true },
    });
    expect([...all].sort()).toEqual(others.map(({ path }) => path).sort());
  });

  it.each<[MakerOfBackup, boolean]>([
    [{ verdict: undefined, failureIsOpen: false }, false],
    [{ verdict: 'inconsistent', failureIsOpen: false }, false],
    [{ verdict: 'unverified', failureIsOpen: true }, false],
    [{ verdict: 'scan-ok-not-installed', failureIsOpen: true }, false],
    [{ verdict: 'scan-ok-not-installed', failureIsOpen: false }, true],
    [{ verdict: 'fixed', failureIsOpen: false }, true],
    [{ verdict: 'same-error', failureIsOpen: true }, true],
  ])('made by a run with %j: %s', (maker, expected) => {
    const policy = { keepDays: 0, keepNewest: 0, includeForeign: false };
    expect(deleted([ours(90)], policy, () => maker)).toHaveLength(expected ? 1 : 0);
  });

  it('never hold one whose verdict is open, nor a folder that is in use, whatever the policy', () => {
    const name = fc.constantFrom(
      ...['SoftwareDistribution', 'catroot2', 'SDTemp', 'System.old', 'DataStore.bak'],
      ...['SoftwareDistribution.bak-20260101000000', 'catroot2.undone-20200101000000-2'],
    );
    const policy = fc.record({
      keepDays: fc.nat(365),
      keepNewest: fc.nat(20),
      includeForeign: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.nat(500))), policy, (folders, rules) => {
        const backups = folders.map(([one, days]) => backup(one, days));
        const open = () => ({ verdict: undefined, failureIsOpen: true });
        expect(deleted(backups, rules, open)).toEqual([]);
        for (const path of deleted(backups, rules)) {
          expect(path).not.toMatch(/\\(SoftwareDistribution|catroot2|System\.old)$/);
        }
      }),
    );
  });
});

describe('reclaim-backups', () => {
  let bench: Bench;
  beforeEach(() => {
    bench = new Bench();
  });
  afterEach(() => {
    bench.close();
    removeTemporaryFolders();
  });
  const playbook = 'reclaim-backups';
  const last = (runId: string) => bench.events(runId).at(-1);

  it('touches nothing when there is nothing to delete, and says why each one is kept', async () => {
    mkdirSync(join(bench.windows.machine.windowsDirectory, 'SoftwareDistribution.old'));
    const definition = bench.definition({ playbook });
    await bench.run(definition);
    expect(last(definition.runId)).toMatchObject({
      verdict: 'skipped',
      message: expect.stringMatching(/\.old" is kept: FleetMend did not make it/) as string,
    });
    expect(bench.windows.faults.calls).toEqual([]);
  });

  it('never follows a link that stands where a backup was', async () => {
    const { windowsDirectory, softwareDistribution } = bench.windows.machine;
    const link = join(windowsDirectory, 'SoftwareDistribution.bak-20200101000000');
    symlinkSync(softwareDistribution, link);
    const definition = bench.definition({
      ...{ playbook, parameters: { keepDays: 0, keepNewest: 0, includeForeign: true } },
    });
    await bench.run(definition);
    expect(last(definition.runId)).toMatchObject({ verdict: 'skipped' });
    expect(bench.windows.faults.calls).toEqual([]);
  });

  it('keeps the folder of a reset whose verdict is open, until that is decided', async () => {
    const failure = { code: '0x80070002', phase: 'download', kb: 'KB5068861' };
    await bench.run(bench.definition({ failure }));
    bench.failureIsOpen = true;
    const parameters = { keepDays: 0, keepNewest: 0, includeForeign: false };
    const early = bench.definition({ playbook, parameters });
    await bench.run(early);
    expect(last(early.runId)).toMatchObject({
      verdict: 'skipped',
      message: expect.stringMatching(/is not decided yet/) as string,
    });
    bench.failureIsOpen = false;
    const late = bench.definition({ playbook, parameters });
    await bench.run(late);
    expect(last(late.runId)).toMatchObject({ verdict: 'done' });
  });

  it('deletes the others when one is held open, and says which', async () => {
    const { windowsDirectory } = bench.windows.machine;
    const [held, free] = ['20200101000000', '20200102000000'].map((moment) =>
      join(windowsDirectory, `SoftwareDistribution.bak-${moment}`),
    ) as [string, string];
    mkdirSync(held);
    mkdirSync(free);
    bench.windows.directories.open(join(held, 'file'));
    const definition = bench.definition({
      ...{ playbook, parameters: { keepDays: 0, keepNewest: 0, includeForeign: false } },
    });
    await bench.run(definition);
    expect(last(definition.runId)).toMatchObject({
      verdict: 'step-failed',
      message: expect.stringContaining('20200101000000') as string,
    });
    expect(await bench.windows.directories.inspect(free)).toBe('missing');
  });
});
