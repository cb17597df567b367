import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import fc from 'fast-check';
import { Bench } from '../../testing/bench';
import { removeTemporaryFolders } from '../../testing/temporary-folder';
import { type RunDefinition } from './run-definition';

/** What must be true however often and wherever the client died, once a run has ended. */
function expectTruth(
  bench: Bench,
  definition: RunDefinition,
  before: Record<string, string>,
): void {
  const { windowsDirectory, softwareDistribution } = bench.windows.machine;
  expect(bench.windows.services.states()).toEqual(before);

  const folders = readdirSync(windowsDirectory).filter((name) =>
    name.startsWith('SoftwareDistribution'),
  );
  const old = folders.filter((name) => existsSync(join(windowsDirectory, name, 'old')));
  expect(old).toHaveLength(1);
  const isBack = existsSync(join(softwareDistribution, 'old'));
  const children = readdirSync(join(windowsDirectory, old[0]!)).filter((name) =>
    name.includes('.bak-'),
  );
  const verdict = bench.verdict(definition.runId);
  if (verdict === 'rolled-back' || verdict === 'step-failed') {
    expect(isBack).toBe(true);
    expect(children).toEqual([]);
  } else {
    expect(verdict).toBe('unverified');
    expect(isBack && children.length === 0).toBe(false);
  }

  const events = bench.events(definition.runId);
  expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index));
  expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  expect(events.filter(({ event }) => event === 'verdict')).toHaveLength(1);
  expect(events.at(-1)).toMatchObject({ event: 'verdict', verdict });
  const results = events.flatMap((event) =>
    event.event === 'step' && event.state !== 'running' ? [`${event.section} ${event.stepId}`] : [],
  );
  expect(new Set(results).size).toBe(results.length);
}

interface Scene {
  readonly bench: Bench;
  readonly definition: RunDefinition;
  readonly before: Record<string, string>;
}

function scene(): Scene {
  const bench = new Bench();
  writeFileSync(join(bench.windows.machine.softwareDistribution, 'old'), 'old');
  return { bench, definition: bench.definition(), before: bench.windows.services.states() };
}

async function liveOn(bench: Bench, definition: RunDefinition): Promise<void> {
  expect(await bench.live(definition)).toBe('ended');
}

describe('a client that dies in the middle of a run', () => {
  jest.setTimeout(120_000);

  afterEach(removeTemporaryFolders);

  it.each(['before', 'after'] as const)(
    'ends truthfully when it died %s any write of the journal',
    async (when) => {
      for (let write = 1; ; write += 1) {
        const { bench, definition, before } = scene();
        const life = await bench.live(definition, { write, when });
        if (life === 'dead') await liveOn(bench, definition);
        expectTruth(bench, definition, before);
        bench.close();
        if (life === 'ended') {
          expect(write).toBeGreaterThan(30);
          break;
        }
      }
    },
  );

  it('ends truthfully when it died at any call of Windows', async () => {
    for (let call = 1; ; call += 1) {
      const { bench, definition, before } = scene();
      const life = await bench.live(definition, { call });
      if (life === 'dead') await liveOn(bench, definition);
      expectTruth(bench, definition, before);
      bench.close();
      if (life === 'ended') {
        expect(call).toBeGreaterThan(30);
        break;
      }
    }
  });

  it('ends truthfully when it died at any write while taking back', async () => {
    for (let write = 20; ; write += 1) {
      const { bench, definition, before } = scene();
      bench.windows.faults.refuse('start', 1058, { subject: 'dosvc', times: 1 });
      const life = await bench.live(definition, { write });
      if (life === 'dead') await liveOn(bench, definition);
      expectTruth(bench, definition, before);
      bench.close();
      if (life === 'ended') break;
    }
  });

  it('ends truthfully after several deaths, with everything going wrong at once', async () => {
    const life = fc.record({
      write: fc.integer({ min: 1, max: 40 }),
      when: fc.constantFrom('before' as const, 'after' as const),
      call: fc.option(fc.integer({ min: 1, max: 80 }), { nil: undefined }),
    });
    const faults = fc.record({
      stopTakes: fc.integer({ min: 0, max: 20 }),
      restarts: fc.integer({ min: 0, max: 3 }),
      held: fc.integer({ min: 0, max: 12 }),
      refusedStarts: fc.integer({ min: 0, max: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(life, { maxLength: 4 }), faults, async (lives, fault) => {
        const { bench, definition, before } = scene();
        const { services, directories, faults: refusals, machine } = bench.windows;
        services.get('wuauserv').stopTakes = fault.stopTakes;
        services.get('bits').restartsItself = fault.restarts;
        let looks = 0;
        directories.open(
          join(machine.softwareDistribution, 'old'),
          () => (looks += 1) <= fault.held,
        );
        refusals.refuse('start', 1053, { subject: 'dosvc', times: fault.refusedStarts });
        let ended = false;
        for (const { write, when, call } of lives) {
          if (ended) break;
          ended =
            (await bench.live(definition, { write, when, ...(call ? { call } : {}) })) === 'ended';
        }
        refusals.forgive();
        if (!ended) await liveOn(bench, definition);
        expectTruth(bench, definition, before);
        bench.close();
        removeTemporaryFolders();
      }),
      { numRuns: 40 },
    );
  });
});
