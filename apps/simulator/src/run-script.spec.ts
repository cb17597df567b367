import { runEventReportSchema } from '@fleetmend/client-protocol';
import { PLAYBOOKS, RUN_MODES, type RunState, runLifeCycle } from '@fleetmend/domain';
import fc from 'fast-check';
import { profileOf } from './fleet';
import { Random } from './random';
import { type Play, type RunEventBody, scriptOf } from './run-script';
import { SCENARIOS } from './scenarios';
import { type Fate, fateOf } from './step-results';

const playbook = PLAYBOOKS[0]!;
const stepIds = playbook.steps.map(({ id }) => id);
const preflight = playbook.steps.flatMap(({ id, section }) =>
  section === 'preflight' ? [id] : [],
);

const anyFate: fc.Arbitrary<Fate> = fc.oneof(
  fc.constantFrom(...preflight).map((stepId) => ({ kind: 'refused' as const, stepId })),
  fc.constantFrom(...stepIds).map((stepId) => ({ kind: 'fails' as const, stepId })),
  fc.constantFrom<Fate>(
    { kind: 'mended', shownBy: 'scan' },
    { kind: 'mended', shownBy: 'install' },
    { kind: 'same-error', shownBy: 'scan' },
    { kind: 'same-error', shownBy: 'install' },
    { kind: 'mended-later' },
    { kind: 'nothing-to-mend' },
  ),
);

const anyPlay: fc.Arbitrary<Play> = fc
  .record({
    mode: fc.constantFrom(...RUN_MODES),
    fate: anyFate,
    seed: fc.string(),
    index: fc.nat(99),
  })
  .map(({ mode, fate, seed, index }) => ({
    mode,
    playbook,
    parameters: { ignorePendingRestart: false, verifyMinutes: 15 },
    fate,
    circumstances: {
      profile: profileOf('spec', index),
      startedAt: new Date('2026-11-20T12:00:00.000Z'),
      random: new Random(seed),
    },
  }));

function eventsOf(play: Play): RunEventBody[] {
  return scriptOf(play).flatMap((act) => (act.kind === 'event' ? [act.body] : []));
}

it('ends with "done" where a playbook has a purpose of its own and nothing is to be mended', () => {
  const verdictOf = (name: string) => {
    const { circumstances } = fc.sample(anyPlay, 1)[0]!;
    const chosen = PLAYBOOKS.find((one) => one.name === name)!;
    const parameters = Object.fromEntries(chosen.parameters.map((one) => [one.name, one.default]));
    const play: Play = {
      ...{ mode: 'execute', playbook: chosen, parameters, circumstances },
      fate: { kind: 'nothing-to-mend' },
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

describe('fateOf', () => {
  const tally = (id: string, parameters: Record<string, boolean> = {}) => {
    const scenario = SCENARIOS.find((one) => one.id === id);
    const random = new Random('fates');
    const kinds = Array.from({ length: 400 }, () => fateOf(scenario, parameters, random).kind);
    return (kind: Fate['kind']) => kinds.filter((one) => one === kind).length / 400;
  };

  it('mends most machines whose downloads miss files, and hardly any that miss them later', () => {
    expect(tally('files-missing')('mended')).toBeGreaterThan(0.55);
    expect(tally('store-damaged')('same-error')).toBeGreaterThan(0.8);
  });

  it('refuses what preflight would find, unless that was overridden', () => {
    expect(tally('endpoint-blocked')('refused')).toBe(1);
    expect(tally('restart-pending')('refused')).toBe(1);
    expect(tally('restart-pending', { ignorePendingRestart: true })('refused')).toBe(0);
  });
});
