import { type OrderClaims, type Report, reportSchema } from '@fleetmend/client-protocol';
import { findPlaybook } from '@fleetmend/domain';
import { type FaultProfileName } from '../faults/fault-profile';
import { type MachineFaults, NO_FAULTS } from '../faults/machine-faults';
import { Random } from '../random';
import { judgeClaims } from '../runs/judge-claims';
import { EventQueue } from '../virtual/event-queue';
import { profileOf } from './fleet';
import { SCENARIOS } from './scenarios';
import { type MachineMemory, SimulatedMachine } from './simulated-machine';

const HOUR = 3_600_000;
const start = Date.parse('2026-11-20T12:00:00.000Z');
const profile = {
  ...profileOf('spec', 0),
  ...{ trouble: SCENARIOS[0], isOver: false, noise: undefined },
};

/** A machine alone with a virtual clock. */
class Life {
  readonly queue = new EventQueue(start);
  readonly told: Report[] = [];
  isGone = false;
  readonly machine: SimulatedMachine;

  constructor(faults: Partial<MachineFaults> = {}, seed = 'life', memory?: MachineMemory) {
    const nature = { seed, profile, failsEveryMinutes: 1440, detail: 'all' as const };
    this.machine = new SimulatedMachine(
      { ...nature, faults: { ...NO_FAULTS, ...faults } },
      {
        now: () => this.queue.now,
        later: (milliseconds, what) => {
          this.queue.add(this.queue.now + milliseconds, what);
        },
        tell: (...reports) => this.told.push(...reports),
        waiting: () => 0,
        isAwake: () => true,
        changed: () => undefined,
        gone: () => (this.isGone = true),
      },
      new Random(seed),
      memory,
    );
    this.machine.begin('the machine');
  }

  pass(hours: number): this {
    this.queue.runUntil(this.queue.now + hours * HOUR);
    return this;
  }

  order(more: Partial<OrderClaims> = {}): this {
    const claims: OrderClaims = {
      ...{ iss: profile.machineGuid, aud: profile.machineGuid, jti: RUN, iat: 0, exp: 9e9 },
      ...{ mode: 'execute', playbook: 'reset-software-distribution', playbookVersion: 2 },
      ...{ parameters: {}, failure: { code: '0x80070002', phase: 'download' }, ...more },
    };
    this.machine.follow(judgeClaims(claims, { runs: this.machine.runs, now: this.queue.now }));
    return this;
  }

  get verdict(): string | undefined {
    return this.told.flatMap((one) =>
      one.kind === 'run-event' && one.event === 'verdict' ? [one.verdict] : [],
    )[0];
  }

  /** When it failed after its run, in hours from the run's end. */
  get failedAfter(): number[] {
    const end = this.told.findIndex((one) => one.kind === 'run-event' && one.event === 'verdict');
    const ended = Date.parse(this.told[end]?.createdAt ?? '');
    return this.told
      .slice(end)
      .flatMap((one) =>
        one.kind === 'failure' ? [(Date.parse(one.occurredAt) - ended) / HOUR] : [],
      );
  }
}

const RUN = '9e8d7c6b-5a49-4837-a625-140312f1e0d9';

/** The first life in which the run has this verdict. */
function lifeWith(verdict: string, ...names: FaultProfileName[]): Life {
  for (let i = 0; ; i += 1) {
    const life = new Life({ names: new Set(names) }, `life ${i}`).order().pass(1);
    if (life.verdict === verdict) return life;
  }
}

it('tells only what the protocol takes, its run without gaps', () => {
  const { told } = new Life().order().pass(72);
  for (const report of told) expect(reportSchema.safeParse(report).error).toBeUndefined();
  const sequences = told.flatMap((one) => (one.kind === 'run-event' ? [one.sequence] : []));
  expect(sequences).toEqual(sequences.map((_, index) => index));
  expect(sequences.length).toBeGreaterThan(30);
});

it('once mended stays mended', () => {
  const life = lifeWith('fixed').pass(14 * 24);
  expect(life.failedAfter).toEqual([]);
  expect(life.told.some(({ kind }) => kind === 'success')).toBe(true);
});

it('that lies is found out within hours', () => {
  const { failedAfter } = lifeWith('fixed', 'lying-success').pass(24);
  expect(failedAfter[0]).toBeGreaterThan(0.9);
  expect(failedAfter[0]).toBeLessThan(10.1);
});

it('fails again two days after it was mended, also after a restart', () => {
  const life = lifeWith('fixed', 'fails-again').pass(24);
  expect(life.failedAfter).toEqual([]);
  const { memory } = life.machine;
  expect(memory.comesBack).toBeDefined();
  const after = new Life({}, 'again', { ...memory });
  after.queue.runUntil(start + 60 * HOUR);
  expect(after.machine.trouble?.id).toBe('files-missing');
  expect(after.machine.memory.comesBack).toBeUndefined();
});

it('that has a new error says so and fails with it', () => {
  const life = lifeWith('new-error', 'new-error').pass(24 * 7);
  const codes = life.told.flatMap((one) => (one.kind === 'failure' ? [one.code] : []));
  expect(new Set(codes).size).toBe(2);
  expect(life.machine.trouble?.code).toBe(codes.at(-1));
});

it('that is lost says nothing any more', () => {
  const life = new Life({ names: new Set(['lost-after-step-3']) }).order().pass(1);
  expect(life.isGone).toBe(true);
  const told = life.told.length;
  expect(life.pass(24 * 14).told).toHaveLength(told);
  expect(life.machine.memory.gone).toBe(true);
});

it('with a wrong clock bears it in all that it tells, until the clock is set', () => {
  const life = new Life({ clockOffset: 30 * HOUR }).pass(24);
  for (const { createdAt } of life.told) {
    expect(Date.parse(createdAt)).toBeGreaterThanOrEqual(start + 30 * HOUR);
  }
  const told = life.told.find((one) => one.kind === 'inventory');
  expect(told?.kind === 'inventory' && told.inventory.clockOffsetMs).toBe(-30 * HOUR);
  const { name, version } = findPlaybook('sync-clock')!;
  const before = life.order({ playbook: name, playbookVersion: version }).pass(1).queue.now;
  life.machine.tellInventory();
  expect(Date.parse(life.told.at(-1)!.createdAt)).toBe(before);
});

it('refuses an order that came too late', () => {
  const life = new Life().order({ exp: start / 1000 - 1 });
  expect(life.told.at(-1)).toMatchObject({ event: 'refused', reason: 'expired-order' });
  expect(life.machine.isActing).toBe(false);
});
