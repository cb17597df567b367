import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { silentLog } from '../src/log';
import { rescueServices } from '../src/playbooks/emergency';
import { openState } from '../src/state/open-state';
import { isDiskTrouble } from '../src/state/sqlite-error';
import { Bench } from './bench';

/** What the spec of emergencies has carried out where it may fill the disk. Prints what it saw. */
async function main(disk: string): Promise<void> {
  const bench = new Bench(disk);
  const before = bench.windows.services.states();
  const definition = await dieWithServicesStopped(bench, JSON.stringify(before));
  const withIndex = copyOf(bench, 'with-index', ['', '-wal', '-shm']);
  const withoutIndex = copyOf(bench, 'without-index', ['', '-wal']);
  const stopped = bench.windows.services.states();
  // What is written from here on needs new room.
  bench.state.get('PRAGMA wal_checkpoint(TRUNCATE)');
  fill(disk);

  const rescued: unknown[] = [];
  for (const folder of [withIndex, withoutIndex]) {
    for (const [name, state] of Object.entries(stopped))
      bench.windows.services.get(name).state = state;
    await rescueServices(folder, 'of the spec.', {
      windows: bench.windows,
      clock: bench.clock,
      log: silentLog,
    });
    rescued.push(bench.windows.services.states());
  }

  // A client that comes back: its state opens though nothing can be written, and its run waits for room.
  const again = openState(join(disk, 'state'), silentLog);
  const canWrite = works(() =>
    again.run("INSERT INTO metadata VALUES ('connection', ?)", 'x'.repeat(100_000)),
  );
  again.close();
  let whileWaiting: unknown;
  const sleep = bench.clock.sleep.bind(bench.clock);
  bench.clock.sleep = async (milliseconds, signal) => {
    if (milliseconds === 5_000 && whileWaiting === undefined) {
      whileWaiting = bench.windows.services.states();
      rmSync(join(disk, 'filler'), { recursive: true });
    }
    await sleep(milliseconds, signal);
  };
  const journal = bench.journal();
  await bench.executor(journal).drive(journal.find(definition.runId)!);
  const verdict = bench.verdict(definition.runId);
  const after = bench.windows.services.states();
  bench.close();
  console.log(JSON.stringify({ before, stopped, rescued, canWrite, whileWaiting, verdict, after }));
}

async function dieWithServicesStopped(bench: Bench, before: string) {
  for (let write = 1; ; write += 1) {
    const definition = bench.definition();
    await bench.live(definition, { write });
    if (JSON.stringify(bench.windows.services.states()) !== before) return definition;
    bench.state.run('DELETE FROM journal');
    bench.state.run('DELETE FROM runs');
  }
}

/** As a process leaves them that was killed: with the log, and with or without its index. */
function copyOf(bench: Bench, name: string, suffixes: readonly string[]): string {
  const folder = join(bench.root, name);
  mkdirSync(folder);
  for (const suffix of suffixes) {
    const file = `client.db${suffix}`;
    copyFileSync(join(bench.root, 'state', file), join(folder, file));
  }
  return folder;
}

/** Not a byte is left afterwards. */
function fill(disk: string): void {
  mkdirSync(join(disk, 'filler'));
  for (let index = 0, size = 65_536; size >= 1; index += 1) {
    if (
      !works(() => {
        writeFileSync(join(disk, 'filler', `${index}`), Buffer.alloc(size));
      })
    )
      size = Math.floor(size / 2);
  }
}

function works(act: () => unknown): boolean {
  try {
    act();
    return true;
  } catch (error) {
    if (isDiskTrouble(error) || (error as NodeJS.ErrnoException).code === 'ENOSPC') return false;
    throw error;
  }
}

void main(process.argv[2] ?? '');
