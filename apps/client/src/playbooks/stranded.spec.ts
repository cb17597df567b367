import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Bench } from '../../testing/bench';
import { removeTemporaryFolders } from '../../testing/temporary-folder';

/** The client was updated in the middle of a run, or went back to an earlier version: it doesn't know the playbook. */
describe('a run whose playbook this client does not have', () => {
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

  /** What the run of some other version has left in the journal. */
  const becomeOther = (runId: string, change: object) => {
    const { definition } = bench.journal().find(runId)!;
    bench.state.run(
      'UPDATE runs SET definition = ? WHERE run_id = ?',
      JSON.stringify({ ...definition, ...change }),
      runId,
    );
  };

  it.each([
    ['another version', { playbookVersion: 99 }],
    ['another playbook', { playbook: 'of-tomorrow' }],
  ])('with %s is taken back wherever it was cut off', async (_, change) => {
    for (let write = 1; ; write += 1) {
      const definition = bench.definition();
      await bench.live(definition, { write });
      if (bench.verdict(definition.runId) !== undefined) break;
      becomeOther(definition.runId, change);
      expect(await bench.live(definition)).toBe('ended');
      expect(bench.windows.services.states()).toEqual(before);
      expect(existsSync(join(bench.windows.machine.softwareDistribution, 'old'))).toBe(true);
      expect(['skipped', 'rolled-back', 'inconsistent']).toContain(bench.verdict(definition.runId));
    }
  });

  it('passes over what a later version has written into the journal', async () => {
    const definition = bench.definition();
    await bench.live(definition, { write: 20 });
    bench.state.run(
      'INSERT INTO journal (run_id, entry, at) VALUES (?, \'{"kind":"of-tomorrow"}\', 0)',
      definition.runId,
    );
    expect(await bench.live(definition)).toBe('ended');
    expect(bench.windows.services.states()).toEqual(before);
  });

  it('sets registry values and start types back, but not what somebody else has set since', async () => {
    const { windows } = bench;
    windows.registryValues.set('SOFTWARE\\A', { there: 1, others: 5 });
    windows.services.get('bits').startType = 'automatic';
    windows.services.get('dosvc').startType = 'manual';
    const definition = bench.definition();
    const journal = bench.journal();
    await journal.begin(definition, 'order');
    const note = (stepId: string, noted: object) => {
      for (const entry of [
        { kind: 'intent', stepId },
        { kind: 'note', stepId, note: noted },
      ]) {
        bench.state.run(
          'INSERT INTO journal (run_id, entry, at) VALUES (?, ?, 0)',
          definition.runId,
          JSON.stringify(entry),
        );
      }
    };
    const dword = (data: number) => ({ type: 'dword', data });
    const key = 'SOFTWARE\\A';
    const made = { key: 'SOFTWARE\\New', before: null, after: dword(1), madeKey: true };
    note('a', { registry: { key, value: 'there', before: null, after: dword(1), madeKey: false } });
    note('b', {
      registry: { key, value: 'others', before: dword(0), after: dword(1), madeKey: false },
    });
    note('c', { registry: { ...made, value: 'new' } });
    note('d', { startType: { name: 'bits', before: 'disabled', after: 'automatic' } });
    note('e', { startType: { name: 'dosvc', before: 'disabled', after: 'automatic' } });
    windows.registryValues.set('SOFTWARE\\New', { new: 1 });
    becomeOther(definition.runId, { playbookVersion: 99 });
    expect(await bench.live(definition)).toBe('ended');
    expect(Object.fromEntries(windows.registryValues)).toEqual({ 'SOFTWARE\\A': { others: 5 } });
    expect(windows.services.startTypes()).toMatchObject({ bits: 'disabled', dosvc: 'manual' });
  });
});
