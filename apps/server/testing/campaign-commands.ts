import type { Verdict } from '@fleetmend/domain';
import fc from 'fast-check';
import { type CampaignModel } from './campaign-model';
import type { CampaignWorld, WorldRequest } from './campaign-world';
import type { Ending } from './test-campaigns';

/** Something that happens to a campaign. */
type What =
  | {
      readonly type: 'connects' | 'disconnects' | 'fetches' | 'begins' | 'twice';
      readonly machine: number;
    }
  | { readonly type: 'ends'; readonly machine: number; readonly ending: Ending }
  | { readonly type: 'passes'; readonly minutes: number }
  | { readonly type: 'advances'; readonly servers: readonly number[] }
  | { readonly type: 'dies'; readonly server: number; readonly steps: number }
  | { readonly type: 'decides'; readonly server: number; readonly request: WorldRequest }
  | {
      readonly type: 'meet';
      readonly server: number;
      readonly request: WorldRequest;
      readonly machine: number;
    }
  | { readonly type: 'all-stopped'; readonly on: boolean };

/** One of them as a command of fast-check: done in the world, and looked at by the model. */
class Happening implements fc.AsyncCommand<CampaignModel, CampaignWorld> {
  constructor(private readonly what: What) {}

  check(): boolean {
    return true;
  }

  async run(model: CampaignModel, world: CampaignWorld): Promise<void> {
    const decided = await happen(model, world, this.what);
    if (decided === 'nothing') return;
    const request = 'request' in this.what ? this.what.request : null;
    const wave = typeof request?.['wave'] === 'number' ? request['wave'] : null;
    model.check(await world.see(), {
      ...{ now: world.now(), wave: decided ? wave : null },
      decided: decided ? (request?.action ?? null) : null,
    });
  }

  toString(): string {
    return JSON.stringify(this.what);
  }
}

/** Answers whether a person's decision was carried out. */
async function happen(
  model: CampaignModel,
  world: CampaignWorld,
  what: What,
): Promise<boolean | 'nothing'> {
  switch (what.type) {
    case 'passes':
      world.pass(what.minutes);
      await world.jobs();
      return false;
    case 'advances':
      await Promise.all(what.servers.map((server) => world.advance(server)));
      return false;
    case 'dies':
      world.dies(what.server, what.steps);
      return 'nothing';
    case 'decides':
      return world.act(what.server, what.request);
    case 'meet': {
      const machineId = machineOf(world, what.machine);
      const [decided] = await Promise.all([
        world.act(what.server, what.request),
        world.advance(1 - what.server),
        plays(model, world, machineId, { type: 'fetches', machine: what.machine }),
      ]);
      return decided;
    }
    case 'all-stopped':
      await world.stopAll(what.on);
      model.allStopped = what.on;
      return false;
    case 'connects':
    case 'disconnects': {
      const machineId = machineOf(world, what.machine);
      await world.connect(machineId, what.type === 'connects');
      model.online.set(machineId, what.type === 'connects');
      return false;
    }
    default:
      return (await plays(model, world, machineOf(world, what.machine), what)) ? false : 'nothing';
  }
}

/**
 * What a machine does: it begins only what it was given in time, one after the other, and reports it when it can.
 * Answers whether it did anything.
 */
async function plays(
  model: CampaignModel,
  world: CampaignWorld,
  machineId: string,
  what: Extract<What, { readonly machine: number }>,
): Promise<boolean> {
  if (model.online.get(machineId) === false) return false;
  const held = model.held(machineId, world.now());
  switch (what.type) {
    case 'fetches':
      for (const { runId, expiresAt, takesBack } of await world.fetch(machineId)) {
        const run = model.known.get(runId);
        if (run) continue;
        model.known.set(runId, {
          ...{ machineId, takesBack, expiresAt, begunAt: null, verdict: null },
        });
      }
      return true;
    case 'begins':
      if (!held || held.begun) return false;
      await world.begin(machineId, held.id);
      held.run.begunAt = world.now();
      return true;
    case 'ends': {
      if (!held?.begun) return false;
      const ending: Ending = held.run.takesBack ? { verdict: 'undone', level: 'L0' } : what.ending;
      await world.end(machineId, held.id, ending);
      held.run.verdict = ending.verdict;
      return true;
    }
    case 'twice':
      // The acknowledgement was lost: everything is reported again, also after its end.
      for (const [runId, run] of model.known) {
        if (run.machineId !== machineId || run.begunAt === null) continue;
        await world.begin(machineId, runId, true);
        if (run.verdict) await world.end(machineId, runId, { verdict: run.verdict }, true);
      }
      return true;
    default:
      return false;
  }
}

function machineOf(world: CampaignWorld, index: number): string {
  return world.machineIds[index % world.machineIds.length] ?? '';
}

const MACHINES = 6;
const machine = fc.nat(MACHINES - 1);
const server = fc.nat(1);
const endings = fc.constantFrom<Ending>(
  { verdict: 'fixed', level: 'L2' },
  { verdict: 'fixed', level: 'L2' },
  { verdict: 'fixed', level: 'L2' },
  { verdict: 'same-error', level: 'L1', code: '0x80070002' },
  { verdict: 'step-failed', level: 'L0', code: '0x80070005' },
  { verdict: 'new-error', level: 'L1', code: '0x80240022' },
  { verdict: 'skipped', level: 'L0' },
);
const reason = 'because of the model';
const wave = fc.integer({ min: 1, max: 3 });
const requests: fc.Arbitrary<WorldRequest> = fc.oneof(
  fc.constantFrom('pause', 'resume').map((action) => ({ action, reason })),
  { arbitrary: fc.constant({ action: 'stop', reason }), weight: 1 },
  {
    arbitrary: fc
      .tuple(fc.constantFrom('skip-wave', 'retry-wave', 'retry-wave'), wave)
      .map(([action, number]) => ({ action, wave: number, reason })),
    weight: 4,
  },
  {
    arbitrary: fc
      .tuple(wave, fc.constantFrom(1, 30))
      .map(([number, hours]) => ({ action: 'wait-longer', wave: number, hours, reason })),
    weight: 2,
  },
  fc.integer({ min: 2, max: 5 }).map((machines) => ({ action: 'shrink', machines, reason })),
  {
    arbitrary: fc
      .record(
        {
          hard: fc.nat(4),
          success: fc.constantFrom(20, 50, 80, 100),
          budget: fc.nat(6),
        },
        { requiredKeys: [] },
      )
      .filter((change) => Object.keys(change).length > 0)
      .map((change) => ({ action: 'thresholds', change, reason })),
    weight: 3,
  },
  fc.option(wave).map((number) => ({ action: 'roll-back', wave: number, reason })),
);

const whats: fc.Arbitrary<What> = fc.oneof(
  {
    arbitrary: fc.record({
      type: fc.constantFrom('fetches' as const, 'begins' as const, 'fetches' as const),
      machine,
    }),
    weight: 8,
  },
  {
    arbitrary: fc.record({ type: fc.constant('ends' as const), machine, ending: endings }),
    weight: 7,
  },
  {
    arbitrary: fc.record({
      type: fc.constant('advances' as const),
      servers: fc.constantFrom([0], [1], [0, 1], [0, 1, 0]),
    }),
    weight: 6,
  },
  {
    arbitrary: fc.record({
      type: fc.constant('passes' as const),
      minutes: fc.constantFrom(1, 5, 16, 30, 61, 130, 600, 1500),
    }),
    weight: 4,
  },
  {
    arbitrary: fc.record({ type: fc.constant('decides' as const), server, request: requests }),
    weight: 3,
  },
  {
    arbitrary: fc.record({
      type: fc.constant('meet' as const),
      server,
      request: requests,
      machine,
    }),
    weight: 1,
  },
  {
    arbitrary: fc.record({
      type: fc.constant('dies' as const),
      server,
      steps: fc.integer({ min: 1, max: 30 }),
    }),
    weight: 2,
  },
  {
    arbitrary: fc.record({
      type: fc.constantFrom('connects' as const, 'disconnects' as const, 'twice' as const),
      machine,
    }),
    weight: 2,
  },
  {
    arbitrary: fc.record({ type: fc.constant('all-stopped' as const), on: fc.boolean() }),
    weight: 1,
  },
);

/** Schedules: what happens to a campaign, in which order. */
export const schedules = (maxCommands: number, replayPath?: string) =>
  fc.commands([whats.map((what) => new Happening(what))], {
    ...{ maxCommands, size: 'max' },
    ...(replayPath === undefined ? {} : { replayPath }),
  });

/** The rules of a campaign as they vary. */
export const setups = fc.record({
  waves: fc.constantFrom([1, 2], [2, 2], [3], [6]),
  concurrency: fc.constantFrom(1, 2, 6),
  hardErrors: fc.nat(2),
  budget: fc.nat(3),
  successPercent: fc.constantFrom(50, 80, 100),
  soakHours: fc.constantFrom(0, 2),
  maximumWaitHours: fc.constantFrom(4, 48),
  attempts: fc.constantFrom(0, 2, 3),
  endHours: fc.constantFrom(30, 300),
});
export type Setup = typeof setups extends fc.Arbitrary<infer S> ? S : never;

/** The plan's parts that a setup says. */
export function rulesOf(setup: Setup) {
  return {
    rollout: { waves: setup.waves.map((count) => ({ count })), seed: 'model' },
    gate: {
      ...{ successPercent: setup.successPercent, minimumDecided: { percent: 50 } },
      ...{ soakHours: setup.soakHours, maximumWaitHours: setup.maximumWaitHours },
      ...{ hardErrors: { count: setup.hardErrors }, sameNewError: 3 },
    },
    budget: { hardErrors: { count: setup.budget } },
    execution: {
      concurrency: setup.concurrency,
      retries:
        setup.attempts < 2
          ? []
          : [
              {
                verdicts: ['step-failed', 'lost', 'same-error'] satisfies Verdict[],
                ...{ codes: null, attempts: setup.attempts, backOffMinutes: 10 },
              },
            ],
    },
  };
}

/** Plays a campaign to its end, well: whatever happened to it, it must come to one, and leave nobody waiting. */
export async function playToTheEnd(model: CampaignModel, world: CampaignWorld): Promise<void> {
  const ending: Ending = { verdict: 'fixed', level: 'L2' };
  const happens = (what: What) => new Happening(what).run(model, world);
  await happens({ type: 'all-stopped', on: false });
  for (const [index, machineId] of world.machineIds.entries()) {
    if (model.online.get(machineId) === false) await happens({ type: 'connects', machine: index });
  }
  for (let round = 0; round < 100; round++) {
    await happens({ type: 'advances', servers: [round % 2] });
    const { targets, runs } = model.last;
    const waits = targets.some(({ pending, settled, verdict }) => pending || !(settled || verdict));
    if (OVER.includes(model.last.state) && !waits && runs.every(({ state }) => state === 'ended')) {
      return;
    }
    const request = answerTo(model);
    if (request) await happens({ type: 'decides', server: 0, request });
    const busy = world.machineIds.flatMap((machineId, machine) =>
      runs.some((run) => run.machineId === machineId && run.state !== 'ended') ? [machine] : [],
    );
    for (const machine of busy) {
      await happens({ type: 'fetches', machine });
      await happens({ type: 'begins', machine });
      await happens({ type: 'ends', machine, ending });
    }
    await happens({ type: 'passes', minutes: busy.length > 0 ? 26 : 61 });
  }
  throw new Error(
    `It comes to no end: ${JSON.stringify({ ...model.last, facts: null, moves: null })}`,
  );
}

const OVER = ['stopped', 'expired', 'completed', 'completed-with-failures'];

/** What a person answers who wants the campaign to go on. */
function answerTo({ last }: CampaignModel): WorldRequest | null {
  if (last.state !== 'paused') return null;
  if (last.pauseReason === 'budget' || last.facts.runs.hard > last.hardBudget) {
    return { action: 'thresholds', change: { budget: 1000 }, reason };
  }
  const undecided = last.waves.find(({ state }) => ['failed', 'inconclusive'].includes(state));
  return undecided
    ? { action: 'skip-wave', wave: undecided.number, reason }
    : { action: 'resume', reason };
}
