import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { findPlaybook, isReversible, PLAYBOOKS, type Verdict } from '@fleetmend/domain';
import fc from 'fast-check';
import { Bench } from '../../testing/bench';
import { FAULT_TABLE } from '../../testing/fault-table';
import {
  expectAsBefore,
  type FaultRow,
  type MachineState,
  machineState,
} from '../../testing/fault-table/row';
import { fillDisk, freeDisk } from '../../testing/full-disk';
import { removeTemporaryFolders } from '../../testing/temporary-folder';
import { type RunDefinition } from './run-definition';

const DAY_MS = 24 * 3_600_000;
const MOST_LIVES = 12;

/** A prepared machine, what it was like, and what is to be done to it. */
interface Scene {
  readonly bench: Bench;
  readonly definition: RunDefinition;
  readonly before: MachineState;
}

/** Whatever happened: one verdict, told once and last, events without gaps, every step ended once, and the row's own. */
function expectTruth(row: FaultRow, { bench, definition, before }: Scene): Verdict {
  const verdict = bench.verdict(definition.runId) as Verdict;
  const events = bench.events(definition.runId);
  expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index));
  expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  expect(events.filter(({ event }) => event === 'verdict')).toHaveLength(1);
  expect(events.at(-1)).toMatchObject({ event: 'verdict', verdict });
  const results = events.flatMap((event) =>
    event.event === 'step' && event.state !== 'running' ? [`${event.section} ${event.stepId}`] : [],
  );
  expect(new Set(results).size).toBe(results.length);

  const end = { bench, verdict, before, after: machineState(bench) };
  if (row.succeeds.includes(verdict)) row.done(end);
  else if (row.takenBack) row.takenBack(end);
  else expectAsBefore(end);
  return verdict;
}

/** Gives the run as many lives as it takes; a run that waits for a restart gets it. */
async function liveOn({ bench, definition }: Scene): Promise<void> {
  for (let life = 1; life <= MOST_LIVES; life += 1) {
    const left = await bench.live(definition);
    if (left === 'ended') return;
    if (left === 'waits-for-restart') {
      bench.clock.advance(3_600_000);
      bench.windows.restartMachine();
    }
  }
  throw new Error(`The run did not end in ${MOST_LIVES} lives.`);
}

it('has a row for every playbook', () => {
  expect(FAULT_TABLE.map(({ playbook }) => playbook)).toEqual(PLAYBOOKS.map(({ name }) => name));
});

describe.each(FAULT_TABLE.map((row) => [row.playbook, row] as const))('%s', (_, row) => {
  jest.setTimeout(180_000);
  afterEach(removeTemporaryFolders);

  const scene = (): Scene => {
    const bench = new Bench();
    row.prepare?.(bench);
    const defined = bench.definition({ playbook: row.playbook, failure: row.failure });
    const definition = { ...defined, parameters: { ...defined.parameters, ...row.parameters } };
    return { bench, definition, before: machineState(bench) };
  };
  /** Plays one life after `spoil`, as many more as it takes, and looks. Answers how the first one ended. */
  const play = async (
    life: (scene: Scene) => ReturnType<Bench['live']>,
    spoil: (bench: Bench) => void = () => undefined,
  ) => {
    const played = scene();
    spoil(played.bench);
    const left = await life(played);
    if (left !== 'ended') await liveOn(played);
    const verdict = expectTruth(row, played);
    played.bench.close();
    return { left, verdict };
  };
  const live = ({ bench, definition }: Scene) => bench.live(definition);

  it('does what it is for', async () => {
    const { verdict } = await play(live);
    expect(row.succeeds).toContain(verdict);
  });

  it.each(['before', 'after'] as const)('dies %s any write of the journal', async (when) => {
    for (let write = 1; ; write += 1) {
      const { left } = await play(({ bench, definition }) =>
        bench.live(definition, { write, when }),
      );
      if (left !== 'dead') break;
    }
  });

  it('dies at any call of Windows', async () => {
    for (let call = 1; ; call += 1) {
      const { left } = await play(({ bench, definition }) => bench.live(definition, { call }));
      if (left !== 'dead') break;
    }
  });

  if (row.spoil) {
    it('dies at any write while it takes back what it did', async () => {
      const { verdict } = await play(live, row.spoil);
      expect(row.succeeds).not.toContain(verdict);
      for (let write = 1; ; write += 1) {
        const { left } = await play(
          ({ bench, definition }) => bench.live(definition, { write }),
          row.spoil,
        );
        if (left !== 'dead') break;
      }
    });
  }

  if (isReversible(findPlaybook(row.playbook)!)) {
    it('is taken back later by order, and dies at any write of that', async () => {
      for (let write = 1; ; write += 1) {
        const { bench, definition, before } = scene();
        expect(await bench.live(definition)).toBe('ended');
        const undo: RunDefinition = {
          ...definition,
          ...{ runId: randomUUID(), mode: 'undo', undoes: definition.runId },
        };
        const left = await bench.live(undo, { write });
        if (left !== 'ended') await liveOn({ bench, definition: undo, before });
        const verdict = bench.verdict(undo.runId) as Verdict;
        expect(verdict).toBe('undone');
        (row.takenBack ?? expectAsBefore)({ bench, verdict, before, after: machineState(bench) });
        bench.close();
        if (left !== 'dead') break;
      }
    });
  }

  it('meets a full disk at any write', async () => {
    const filledAt = async (write: number): Promise<boolean> => {
      let filled = false;
      await play(async ({ bench, definition }) => {
        const journal = bench.journal((number, when) => {
          if (number !== write || when !== 'before') return;
          filled = true;
          fillDisk(bench);
        });
        const sleep = bench.clock.sleep.bind(bench.clock);
        bench.clock.sleep = (milliseconds, signal) => {
          if (filled) freeDisk(bench);
          return sleep(milliseconds, signal);
        };
        await journal.begin(definition, 'order');
        return bench.executor(journal).drive(journal.find(definition.runId)!);
      });
      return filled;
    };
    let write = 2;
    while (await filledAt(write)) write += 1;
    expect(write).toBeGreaterThan(10);
  });

  it.each([
    ['forward by years', 900 * DAY_MS],
    ['back by years', -900 * DAY_MS],
    ['back a little', -90_000],
    ['forward a little', 90_000],
  ])('has its clock set %s at any sleep', async (_name, jump) => {
    for (let sleep = 1; ; sleep += 1) {
      let slept = 0;
      const { verdict } = await play(live, (bench) => {
        const really = bench.clock.sleep.bind(bench.clock);
        bench.clock.sleep = async (milliseconds, signal) => {
          await really(milliseconds, signal);
          slept += 1;
          if (slept === sleep) bench.clock.advance(jump);
        };
      });
      if (row.dependsOnClock !== true) expect(row.succeeds).toContain(verdict);
      // Later sleeps are those of waiting for a scan, one like the other.
      if (slept < sleep || sleep >= 12) break;
    }
  });

  it.each<[string, (bench: Bench) => void]>([
    [
      'every rename is refused',
      ({ windows }) => {
        windows.faults.refuse('rename', 5);
      },
    ],
    [
      'the registry is closed',
      ({ windows }) => {
        windows.faults.refuse('write-registry', 5);
      },
    ],
    [
      'start types are closed',
      ({ windows }) => {
        windows.faults.refuse('set-start-type', 5);
      },
    ],
    [
      'no program may be run',
      ({ windows }) => {
        windows.faults.refuse('run-tool', 5);
      },
    ],
    [
      'Windows says nothing of its start',
      ({ windows }) => {
        windows.faults.refuse('boot-id', 5);
      },
    ],
    [
      'a service does not come to a stop',
      ({ windows }) => {
        stuck(windows, 'stopTakes', 40);
      },
    ],
    [
      'a service takes long to start',
      ({ windows }) => {
        stuck(windows, 'startTakes', 40);
      },
    ],
    [
      'services start by themselves',
      ({ windows }) => {
        stuck(windows, 'restartsItself', 2);
      },
    ],
  ])('meets a machine on which %s', async (_name, spoil) => {
    await play(live, spoil);
  });

  it('meets all of it at once, and dies again and again', async () => {
    const lives = fc.array(
      fc.record({
        write: fc.integer({ min: 1, max: 40 }),
        when: fc.constantFrom('before' as const, 'after' as const),
        call: fc.option(fc.integer({ min: 1, max: 80 }), { nil: undefined }),
        clock: fc.constantFrom(0, 0, 3_600_000, -3_600_000, 400 * DAY_MS, -400 * DAY_MS),
      }),
      { maxLength: 4 },
    );
    const faults = fc.record({
      stopTakes: fc.integer({ min: 0, max: 20 }),
      restartsItself: fc.integer({ min: 0, max: 3 }),
      refusedStarts: fc.integer({ min: 0, max: 2 }),
      refusedWrites: fc.integer({ min: 0, max: 1 }),
      disturbed: fc.integer({ min: 0, max: 12 }),
    });
    await fc.assert(
      fc.asyncProperty(lives, faults, async (deaths, fault) => {
        await play(
          async ({ bench, definition }) => {
            let left: Awaited<ReturnType<Bench['live']>> = 'dead';
            for (const { call, clock, ...death } of deaths) {
              if (left === 'ended') break;
              // Somebody who sets the clock after it was proven right proves nothing against the run.
              if (row.dependsOnClock !== true) bench.clock.advance(clock);
              left = await bench.live(definition, { ...death, ...(call ? { call } : {}) });
            }
            bench.windows.faults.forgive();
            return left;
          },
          (bench) => {
            const { windows } = bench;
            row.disturb?.(bench, fault.disturbed);
            stuck(windows, 'stopTakes', fault.stopTakes);
            stuck(windows, 'restartsItself', fault.restartsItself);
            windows.faults.refuse('start', 1053, { times: fault.refusedStarts });
            windows.faults.refuse('write-registry', 5, { times: fault.refusedWrites });
            windows.faults.refuse('set-start-type', 5, { times: fault.refusedWrites });
          },
        );
        removeTemporaryFolders();
      }),
      { numRuns: 30 },
    );
  });
});

function stuck(
  { services }: Bench['windows'],
  what: 'stopTakes' | 'startTakes' | 'restartsItself',
  value: number,
): void {
  for (const name of ['wuauserv', 'bits']) {
    // What was at rest and starts by itself would be no doing of the run.
    if (what === 'restartsItself' && services.get(name).state !== 'running') continue;
    services.get(name)[what] = value;
  }
}
