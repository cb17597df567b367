import { randomUUID } from 'node:crypto';
import { Bench } from '../../testing/bench';
import { removeTemporaryFolders } from '../../testing/temporary-folder';
import { silentLog } from '../log';
import { Runner } from './runner';

/** State and journal are real, Windows is simulated. */
describe('Runner', () => {
  let bench: Bench;
  let stop: AbortController;
  beforeEach(() => {
    bench = new Bench();
    stop = new AbortController();
  });
  afterEach(() => {
    bench.close();
    removeTemporaryFolders();
  });

  const request = (definition: unknown) => {
    const text = typeof definition === 'string' ? definition : JSON.stringify(definition);
    const runId = randomUUID();
    bench.state.run('INSERT INTO local_requests VALUES (?, ?)', runId, text);
    return runId;
  };
  /** Runs until nothing is left to do. */
  const runAll = async (runs: number) => {
    const journal = bench.journal();
    const executor = bench.executor(journal);
    let ended = 0;
    const runner = new Runner(journal, executor, bench.state, bench.clock, silentLog, () => {
      ended += 1;
      if (ended === runs) stop.abort();
    });
    await runner.run(stop.signal);
  };
  const ended = () =>
    bench.state.all('SELECT run_id, origin, verdict FROM runs ORDER BY begun_at, rowid');

  it('does an order and what was asked for at the machine one after the other', async () => {
    const order = bench.definition({ mode: 'dry-run' });
    await bench.journal().begin(order, 'order');
    const local = bench.definition({ mode: 'dry-run' });
    request(local);
    await runAll(2);
    expect(ended()).toEqual([
      { run_id: order.runId, origin: 'order', verdict: 'dry-run-done' },
      { run_id: local.runId, origin: 'local', verdict: 'dry-run-done' },
    ]);
    expect(bench.state.all('SELECT * FROM local_requests')).toEqual([]);
  });

  it.each<[string, (good: object) => unknown]>([
    ['that is torn', () => '{"runId":'],
    ['without sense', () => ({ mode: 'destroy' })],
    [
      'with a parameter that the playbook does not declare',
      (good) => ({ ...good, parameters: { command: 1 } }),
    ],
    [
      'with a parameter beyond its limits',
      (good) => ({ ...good, parameters: { verifyMinutes: 100_000 } }),
    ],
    ['for a version of tomorrow', (good) => ({ ...good, playbookVersion: 99 })],
  ])('forgets a request %s, and does the next', async (_, spoil) => {
    const good = bench.definition({ mode: 'dry-run' });
    request(spoil(bench.definition()));
    request(good);
    await runAll(1);
    expect(ended()).toEqual([{ run_id: good.runId, origin: 'local', verdict: 'dry-run-done' }]);
    expect(bench.windows.faults.calls).toEqual([]);
  });

  it('does not go on with a run whose parameters were changed in the journal', async () => {
    const definition = bench.definition();
    const before = bench.windows.services.states();
    await bench.live(definition, { write: 24 });
    const changed = { ...definition, parameters: { ...definition.parameters, verifyMinutes: 1e6 } };
    bench.state.run('UPDATE runs SET definition = ?', JSON.stringify(changed));
    await runAll(1);
    expect(['rolled-back', 'inconsistent', 'skipped']).toContain(bench.verdict(definition.runId));
    expect(bench.windows.services.states()).toEqual(before);
  });
});
