import { randomUUID } from 'node:crypto';
import { mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { removeTemporaryFolders, temporaryFolder } from '../../testing/temporary-folder';
import { VirtualClock } from '../../testing/virtual-clock';
import { silentLog } from '../log';
import { Outbox } from '../outbox/outbox';
import { openState } from '../state/open-state';
import { type State } from '../state/state';
import { type SimulatedWindows, simulatedWindows } from '../windows/simulated';
import { Journal } from './journal';
import { systemClock } from '../clock';
import { NO_SERVER_TIME } from '../time/server-time';
import { pruneJournal } from './journal-bounds';

/** State and folders are real; Windows is simulated. */
describe('pruneJournal', () => {
  let state: State;
  let windows: SimulatedWindows;
  let outbox: Outbox;
  let journal: Journal;
  let clock: VirtualClock;

  beforeEach(() => {
    state = openState(temporaryFolder(), silentLog);
    windows = simulatedWindows({ root: temporaryFolder() });
    outbox = new Outbox(state, silentLog);
    clock = new VirtualClock();
    journal = new Journal(state, outbox, clock);
  });
  afterEach(() => {
    state.close();
    removeTemporaryFolders();
  });

  /** A run that ended, and renamed a folder to `to` if that is given. */
  const ended = async (to?: string) => {
    const runId = randomUUID();
    clock.advance(60_000);
    const definition = {
      runId,
      mode: 'execute' as const,
      playbook: 'reset-software-distribution',
      playbookVersion: 1,
      parameters: {},
    };
    await journal.begin(definition, 'local');
    const facts = journal.facts(runId);
    if (to !== undefined) {
      const rename = { from: `${to}-before`, to, kind: 'away' as const };
      const stepId = 'rename-directory';
      await journal.write(runId, facts, { kind: 'note', stepId, note: { rename } }, undefined);
    }
    const verdict = { verdict: 'fixed' as const, message: 'x' };
    await journal.write(runId, facts, { kind: 'verdict', verdict }, undefined);
    return runId;
  };
  const prune = (whole: number, known = 1000) =>
    pruneJournal(
      state,
      journal,
      outbox.runs(),
      { windows, clock: systemClock, serverTime: NO_SERVER_TIME },
      { whole, known },
    );
  const entries = (runId: string) => journal.facts(runId).entries.length;

  it('keeps the newest runs whole, and of older ones that they were', async () => {
    const runs = [await ended(), await ended(), await ended()];
    expect(await prune(2)).toBe(1);
    expect(runs.map(entries)).toEqual([0, 1, 1]);
    expect(runs.map((runId) => journal.find(runId)?.verdict)).toEqual(['fixed', 'fixed', 'fixed']);
    expect(await prune(2)).toBe(0);
  });

  it('keeps what could still be taken back, until it is gone', async () => {
    const folder = join(temporaryFolder(), 'SoftwareDistribution.bak');
    mkdirSync(folder);
    const runId = await ended(folder);
    await ended();
    expect(await prune(1)).toBe(0);
    expect(entries(runId)).toBe(2);
    rmdirSync(folder);
    expect(await prune(1)).toBe(1);
    expect(entries(runId)).toBe(0);
  });

  it('keeps runs of which reports wait, and the one that goes on', async () => {
    const runId = await ended();
    state.run(
      "INSERT INTO outbox (id, kind, run_id, body) VALUES ('x', 'run-event', ?, '{}')",
      runId,
    );
    const active = randomUUID();
    const definition = {
      runId: active,
      mode: 'execute' as const,
      playbook: 'x',
      playbookVersion: 1,
      parameters: {},
    };
    await journal.begin(definition, 'order');
    expect(await prune(0, 0)).toBe(0);
    expect(entries(runId)).toBe(1);
    expect(journal.active()?.definition.runId).toBe(active);
  });

  it('forgets the oldest of all in the end', async () => {
    const runs = [await ended(), await ended(), await ended()];
    await prune(1, 2);
    expect(runs.map((runId) => journal.find(runId) !== undefined)).toEqual([false, true, true]);
  });
});
