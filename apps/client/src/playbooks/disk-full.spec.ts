import { readdirSync } from 'node:fs';
import { Bench } from '../../testing/bench';
import { fillDisk, freeDisk } from '../../testing/full-disk';
import { removeTemporaryFolders } from '../../testing/temporary-folder';
import { VirtualClock } from '../../testing/virtual-clock';
import { silentLog } from '../log';
import { Caretaker } from './caretaker';

describe('a run on a full disk', () => {
  let bench: Bench;
  beforeEach(() => {
    bench = new Bench();
  });
  afterEach(() => {
    bench.close();
    removeTemporaryFolders();
  });

  it('starts the services again while it waits for room, and then goes on', async () => {
    const before = bench.windows.services.states();
    const definition = bench.definition();
    let states: unknown;
    const sleep = VirtualClock.prototype.sleep.bind(bench.clock);
    let waits = 0;
    bench.clock.sleep = async (milliseconds, signal) => {
      await sleep(milliseconds, signal);
      if (milliseconds !== 5_000) return;
      waits += 1;
      states = bench.windows.services.states();
      if (waits === 3) freeDisk(bench);
    };
    bench.windows.services.get('bits').stopTakes = 2;
    const journal = bench.journal((number, when) => {
      if (number === 22 && when === 'before') fillDisk(bench);
    });
    await journal.begin(definition, 'order');
    expect(await bench.executor(journal).drive(journal.find(definition.runId)!)).toBe('ended');
    expect(waits).toBe(3);
    expect(states).toEqual(before);
    expect(bench.windows.services.states()).toEqual(before);
    const folders = readdirSync(bench.windows.machine.windowsDirectory);
    expect(folders.filter((name) => name.includes('.bak-'))).toHaveLength(1);
    const events = bench.events(definition.runId);
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index));
    expect(bench.verdict(definition.runId)).toBe('unverified');
  });
});

describe('Caretaker', () => {
  afterEach(removeTemporaryFolders);

  it('goes on starting what an inconsistent run had left stopped', async () => {
    const bench = new Bench();
    const before = bench.windows.services.states();
    bench.windows.faults.refuse('start', 1058, { subject: 'dosvc' });
    const definition = bench.definition();
    await bench.run(definition);
    expect(bench.verdict(definition.runId)).toBe('inconsistent');
    const caretaker = new Caretaker(
      bench.windows,
      bench.state,
      bench.journal(),
      bench.clock,
      silentLog,
    );
    expect(await caretaker.look()).toBe(true);
    bench.windows.faults.forgive();
    expect(await caretaker.look()).toBe(false);
    expect(bench.windows.services.states()).toEqual(before);
    bench.windows.services.get('dosvc').state = 'stopped';
    expect(await caretaker.look()).toBe(false);
    expect(bench.windows.services.get('dosvc').state).toBe('stopped');
    bench.close();
  });
});
