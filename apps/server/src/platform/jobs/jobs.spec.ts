import { testDatabase } from '../../../testing/test-database';
import { Clock } from '../clock';
import { Logger } from '../logging';
import { Jobs } from './jobs';
import { JobsRepository } from './jobs.repository';

describe('Jobs', () => {
  const test = testDatabase();

  function server(): Jobs {
    return new Jobs(new JobsRepository(), test.database, new Clock(), Logger.open('silent'));
  }

  it('runs a job on one server at a time', async () => {
    let running = 0;
    let runs = 0;
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const job = {
      id: 'alone',
      everySeconds: 60,
      timeoutSeconds: 10,
      run: async () => {
        runs++;
        running++;
        expect(running).toBe(1);
        await held;
        running--;
      },
    };
    const [here, there] = [server(), server()];
    here.add(job);
    there.add(job);
    const first = here.runNow('alone');
    while (runs === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(await there.runNow('alone')).toBe('skipped');
    release();
    expect(await first).toBe('ok');
    expect(await there.runNow('alone')).toBe('ok');
    expect(await here.results()).toMatchObject([{ id: 'alone', lastResult: 'ok' }]);
  });

  it('keeps that a job failed, and goes on', async () => {
    const jobs = server();
    const run = () => Promise.reject(new Error('no'));
    jobs.add({ id: 'failing', everySeconds: 60, timeoutSeconds: 10, run });
    expect(await jobs.runNow('failing')).toBe('failed');
    expect(await jobs.results()).toMatchObject([{ id: 'failing', lastResult: 'failed' }]);
    const rows = await test.database.query(`SELECT message FROM job_results WHERE id = 'failing'`);
    expect(rows).toEqual([{ message: 'no' }]);
  });

  it('gives up on a job that takes too long', async () => {
    const jobs = server();
    const run = () => new Promise<void>(() => undefined);
    jobs.add({ id: 'slow', everySeconds: 60, timeoutSeconds: 0.01, run });
    expect(await jobs.runNow('slow')).toBe('failed');
  });

  it('tells running jobs to stop when the server stops, and waits for them', async () => {
    const jobs = server();
    const seen: string[] = [];
    let begun: () => void = () => undefined;
    const began = new Promise<void>((resolve) => (begun = resolve));
    jobs.add({
      id: 'long',
      everySeconds: 60,
      timeoutSeconds: 60,
      run: (signal) =>
        new Promise((resolve) => {
          begun();
          signal.addEventListener('abort', () => {
            seen.push('told');
            resolve();
          });
        }),
    });
    const run = jobs.runNow('long');
    await began;
    await jobs.beforeApplicationShutdown();
    expect(seen).toEqual(['told']);
    await run;
  });

  it('leaves connections for the work of jobs that are due at the same time, however many', async () => {
    const jobs = server();
    const ids = Array.from({ length: 20 }, (_, index) => `many-${index}`);
    for (const id of ids) {
      const run = async () => {
        await test.database.query('SELECT 1');
      };
      jobs.add({ id, everySeconds: 60, timeoutSeconds: 10, run });
    }
    const results = await Promise.all(ids.map((id) => jobs.runNow(id)));
    expect(results).toEqual(ids.map(() => 'ok'));
  });

  it('begins none that still waits when the server stops', async () => {
    const jobs = server();
    const begun: string[] = [];
    const ids = Array.from({ length: 8 }, (_, index) => `stopped-${index}`);
    for (const id of ids) {
      const run = (signal: AbortSignal) => {
        begun.push(id);
        return new Promise<void>((resolve) => {
          signal.addEventListener('abort', () => {
            resolve();
          });
        });
      };
      jobs.add({ id, everySeconds: 60, timeoutSeconds: 60, run });
    }
    const results = ids.map((id) => jobs.runNow(id));
    while (begun.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await jobs.beforeApplicationShutdown();
    expect(await Promise.all(results)).toContain('skipped');
    expect(begun.length).toBeLessThan(ids.length);
  });

  it('refuses two jobs of one name', () => {
    const jobs = server();
    const job = { id: 'x', everySeconds: 1, timeoutSeconds: 1, run: () => Promise.resolve() };
    jobs.add(job);
    expect(() => {
      jobs.add(job);
    }).toThrow(/two jobs/);
  });
});
