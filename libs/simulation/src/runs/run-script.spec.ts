import { runEventReportSchema } from '@fleetmend/client-protocol';
import {
  PLAYBOOKS,
  type Playbook,
  type PlaybookParameters,
  RUN_MODES,
  type RunState,
  findPlaybook,
  runLifeCycle,
} from '@fleetmend/domain';
import fc from 'fast-check';
import { type MachineFaults, NO_FAULTS } from '../faults/machine-faults';
import { profileOf } from '../machines/fleet';
import { AFTERMATHS } from '../machines/scenarios';
import { Random } from '../random';
import type { RunEventBody } from './act';
import { briefly } from './briefly';
import type { Fate } from './fate';
import { type Play, scriptOf } from './run-script';

const anyPlaybook = fc.constantFrom(...PLAYBOOKS, findPlaybook(PLAYBOOKS[0]!.name, 1)!);

const inSection = ({ steps }: Playbook, wanted: (section: string) => boolean) =>
  steps.flatMap(({ id, section, onlyIf }) => (wanted(section) && !onlyIf ? [id] : []));

const anyFateOf = (playbook: Playbook): fc.Arbitrary<Fate> =>
  fc.oneof(
    fc
      .constantFrom(...inSection(playbook, (section) => section === 'preflight'))
      .map((stepId) => ({ kind: 'refused' as const, stepId })),
    fc
      .constantFrom(...inSection(playbook, () => true))
      .map((stepId) => ({ kind: 'fails' as const, stepId })),
    fc.constantFrom<Fate>(
      { kind: 'mended', shownBy: 'scan' },
      { kind: 'mended', shownBy: 'install' },
      { kind: 'mended', shownBy: 'install', comesBackAfter: 5 },
      { kind: 'same-error', shownBy: 'scan', code: '0x80070002' },
      { kind: 'same-error', shownBy: 'install', code: '0x80070002' },
      { kind: 'new-error', becomes: AFTERMATHS[0]! },
      { kind: 'mended-later', within: 5 },
      { kind: 'nothing-to-mend' },
    ),
  );

const anyFaults: fc.Arbitrary<MachineFaults> = fc.constantFrom<MachineFaults>(
  NO_FAULTS,
  { ...NO_FAULTS, slowness: 10 },
  { ...NO_FAULTS, slowness: 100 },
);

const anyPlay: fc.Arbitrary<Play> = anyPlaybook
  .chain((playbook) =>
    fc.record({
      playbook: fc.constant(playbook),
      mode: fc.constantFrom(...RUN_MODES),
      fate: anyFateOf(playbook),
      faults: anyFaults,
      hasFailure: fc.boolean(),
      seed: fc.string(),
      index: fc.nat(99),
    }),
  )
  .map(({ playbook, mode, fate, faults, hasFailure, seed, index }) => ({
    ...{ mode, playbook, fate, hasFailure, parameters: defaultsOf(playbook) },
    circumstances: {
      ...{ profile: profileOf('spec', index), faults, random: new Random(seed) },
      startedAt: new Date('2026-11-20T12:00:00.000Z'),
    },
  }));

function defaultsOf({ parameters }: Playbook): PlaybookParameters {
  return Object.fromEntries(parameters.map((one) => [one.name, one.default]));
}

/** Plays again from the same random numbers, with something else. */
function again(play: Play, change: Partial<Play>, faults = play.circumstances.faults): Play {
  const circumstances = { ...play.circumstances, faults, random: new Random('again') };
  return { ...play, ...change, circumstances };
}

function eventsOf(play: Play): RunEventBody[] {
  return scriptOf(play).flatMap((act) => (act.kind === 'event' ? [act.body] : []));
}

it('ends with "done" where a playbook has a purpose of its own and nothing is to be mended', () => {
  const verdictOf = (name: string) => {
    const { circumstances } = again(fc.sample(anyPlay, 1)[0]!, {}, NO_FAULTS);
    const chosen = PLAYBOOKS.find((one) => one.name === name)!;
    const play: Play = {
      ...{ mode: 'execute', playbook: chosen, parameters: defaultsOf(chosen), circumstances },
      ...{ hasFailure: false, fate: { kind: 'nothing-to-mend' } },
    };
    return eventsOf(play).at(-1);
  };
  for (const name of ['reclaim-backups', 'repair-component-store', 'sync-clock']) {
    expect(verdictOf(name)).toMatchObject({ event: 'verdict', verdict: 'done' });
  }
  expect(verdictOf('reset-software-distribution')).toMatchObject({
    verdict: 'scan-ok-not-installed',
  });
});

describe('every script', () => {
  it('is made of events that the protocol takes, the verdict last and once', () => {
    fc.assert(
      fc.property(anyPlay, (play) => {
        const id = '9e8d7c6b-5a49-4837-a625-140312f1e0d9';
        const stamp = { kind: 'run-event', id, runId: id, createdAt: '2026-11-20T12:00:00.000Z' };
        const events = eventsOf(play);
        events.forEach((event, sequence) => {
          const report = runEventReportSchema.safeParse({ ...stamp, sequence, ...event });
          expect(report.error).toBeUndefined();
        });
        const verdicts = events.filter(({ event }) => event === 'verdict');
        expect(verdicts).toEqual([events.at(-1)]);
      }),
      { numRuns: 60 },
    );
  });

  it('moves as the life cycle of a run allows', () => {
    fc.assert(
      fc.property(anyPlay, (play) => {
        let state: RunState = 'leased';
        for (const event of eventsOf(play)) {
          const next: RunState =
            event.event === 'state' ? event.state : event.event === 'verdict' ? 'ended' : state;
          if (next !== state) expect(runLifeCycle.allows(state, next)).toBe(true);
          state = next;
        }
        expect(state).toBe('ended');
      }),
      { numRuns: 60 },
    );
  });

  it('ends every step that it begins', () => {
    fc.assert(
      fc.property(anyPlay, (play) => {
        const steps = eventsOf(play).flatMap((event) => (event.event === 'step' ? [event] : []));
        steps.forEach((step, index) => {
          if (step.state !== 'running') return;
          expect(steps[index + 1]).toMatchObject({ stepId: step.stepId });
          expect(steps[index + 1]?.state).not.toBe('running');
        });
      }),
      { numRuns: 60 },
    );
  });

  it('that stops services has them run again at the end', () => {
    fc.assert(
      fc.property(anyPlay, (play) => {
        let stopped = false;
        for (const event of eventsOf(play)) {
          if (event.event !== 'step') continue;
          if (event.stepId === 'stop-services' && event.state === 'done') stopped = true;
          if (event.stepId === 'stop-services' && event.state === 'undone') stopped = false;
          if (event.stepId === 'restore-services' && event.state === 'done') stopped = false;
        }
        expect(stopped).toBe(false);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a script told briefly', () => {
  const lasts = (acts: readonly { after: number }[]) =>
    acts.reduce((sum, { after }) => sum + after, 0);

  it('takes as long, has the same effects and the same verdict, and no more events', () => {
    fc.assert(
      fc.property(anyPlay, (play) => {
        const all = scriptOf(again(play, {}));
        const brief = briefly(all, play.playbook);
        expect(lasts(brief)).toBe(lasts(all));
        const effects = (acts: typeof all) => acts.filter(({ kind }) => kind === 'effect');
        expect(effects(brief).map((act) => ({ ...act, after: 0 }))).toEqual(
          effects(all).map((act) => ({ ...act, after: 0 })),
        );
        expect(brief.at(-1)).toMatchObject({ body: { event: 'verdict' } });
        expect(brief.length).toBeLessThanOrEqual(all.length);
      }),
      { numRuns: 60 },
    );
  });

  it('has six of the forty events of a reset that mends', () => {
    const play: Play = {
      ...fc.sample(anyPlay, 1)[0]!,
      ...{ mode: 'execute', playbook: PLAYBOOKS[0]!, parameters: defaultsOf(PLAYBOOKS[0]!) },
      ...{ hasFailure: true, fate: { kind: 'mended', shownBy: 'install' } },
    };
    const all = scriptOf(again(play, {}, NO_FAULTS));
    const told = (acts: typeof all) => acts.filter(({ kind }) => kind !== 'effect').length;
    expect(told(all)).toBeGreaterThan(35);
    expect(told(briefly(all, play.playbook))).toBe(6);
  });
});

describe('a machine with a fault', () => {
  const reset: Play = {
    ...fc.sample(anyPlay, 1)[0]!,
    ...{ mode: 'execute', playbook: PLAYBOOKS[0]!, parameters: defaultsOf(PLAYBOOKS[0]!) },
    ...{ hasFailure: true, fate: { kind: 'mended', shownBy: 'install' } },
  };
  const faulty = (change: Partial<MachineFaults>) =>
    scriptOf(again(reset, {}, { ...NO_FAULTS, ...change }));

  it('goes silent after its third step, and says no verdict', () => {
    const acts = faulty({ names: new Set(['lost-after-step-3']) });
    expect(acts.at(-1)).toMatchObject({ kind: 'effect', effect: 'gone' });
    const ended = acts.flatMap((act) =>
      act.kind === 'event' && act.body.event === 'step' && act.body.state !== 'running'
        ? [act.body.stepId]
        : [],
    );
    expect(ended).toEqual(['check-directory', 'check-pending-restart', 'check-installer-busy']);
  });

  it('is slow up to the time-outs, beyond which nothing is proven', () => {
    const last = (slowness: number) => {
      const acts = faulty({ slowness });
      const longest = Math.max(...acts.map(({ after }) => after));
      return { longest, end: acts.at(-1) };
    };
    expect(last(1).longest).toBeLessThan(41_000);
    const slow = last(100);
    expect(slow.longest).toBe(900_000);
    expect(slow.end).toMatchObject({ body: { verdict: 'unverified', level: 'L0' } });
  });
});
