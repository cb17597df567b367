import { campaignLifeCycle, type Verdict, waveLifeCycle } from '@fleetmend/domain';
import type { Seen, SeenRun, SeenTarget } from './campaign-world';

const HOUR = 3_600_000;
/** A machine that was silent for so long is lost. */
const SILENCE = 24 * HOUR;

type Kind = 'success' | 'hard' | 'soft' | 'leftOut';
/** What a verdict counts as, where the gate wants L1 and every fixed machine proves L2. */
const KINDS: Partial<Record<Verdict, Kind>> = {
  fixed: 'success',
  'same-error': 'soft',
  'step-failed': 'hard',
  'new-error': 'hard',
  lost: 'hard',
  expired: 'leftOut',
  cancelled: 'leftOut',
  skipped: 'leftOut',
  undone: 'leftOut',
};

/** What a machine itself knows of a run. */
interface Known {
  readonly machineId: string;
  readonly takesBack: boolean;
  readonly expiresAt: Date;
  begunAt: Date | null;
  verdict: Verdict | null;
}

/** What happened since the world was seen last. */
export interface Step {
  readonly now: Date;
  /** What a person asked for and got. */
  readonly decided: string | null;
  readonly wave: number | null;
}

/**
 * What must hold of a campaign whatever happens, said without the server's own rules: by what machines know, by what
 * persons decided, and by what was seen before.
 */
export class CampaignModel {
  readonly known = new Map<string, Known>();
  readonly online = new Map<string, boolean>();
  allStopped = false;
  private readonly skipped = new Set<number>();
  private hardAllowed = 0;
  private budget = -1;
  private mostConcurrent = 0;

  constructor(private seen: Seen) {
    this.allow(seen);
  }

  get last(): Seen {
    return this.seen;
  }

  /** The run that the machine is at, or the order that it may begin now. */
  held(machineId: string, now: Date): { id: string; run: Known; begun: boolean } | undefined {
    const mine = [...this.known].filter(([, run]) => run.machineId === machineId && !run.verdict);
    const begun = mine.find(([, run]) => run.begunAt !== null);
    const [id, run] = begun ?? mine.find((each) => now < each[1].expiresAt) ?? [];
    return id === undefined || !run ? undefined : { id, run, begun: begun !== undefined };
  }

  /** Looks at what came of a step; throws what is wrong. */
  check(after: Seen, step: Step): void {
    const before = this.seen;
    if (step.decided === 'skip-wave' && step.wave !== null) this.skipped.add(step.wave);
    this.checkRuns(before, after, step);
    this.checkTargets(after);
    this.checkOrders(before, after);
    this.checkWaves(before, after, step);
    this.checkLimits(before, after);
    checkMoves(after);
    this.checkTallies(after);
    this.seen = after;
  }

  private checkRuns(before: Seen, after: Seen, { now }: Step): void {
    const active = new Set<string>();
    for (const run of after.runs) {
      if (run.state !== 'ended') {
        must(!active.has(run.machineId), `${run.machineId} has two runs`);
        active.add(run.machineId);
      }
      const known = this.known.get(run.id);
      must(
        run.events > 0 === (known?.begunAt != null || known?.verdict != null),
        'an event is lost',
      );
      if (known?.verdict != null) {
        must(run.verdict === known.verdict, `${run.id} is ${run.verdict}, not ${known.verdict}`);
      } else if (run.verdict === 'lost') {
        const since = known?.begunAt?.getTime() ?? Infinity;
        must(now.getTime() - since >= SILENCE, 'a machine is lost too soon');
      } else if (run.state === 'ended') {
        must(known?.begunAt == null, `a begun run ended as ${run.verdict}`);
        must(run.verdict === 'cancelled' || now >= run.expiresAt, 'an order expired too soon');
      }
    }
    must(
      before.runs.every(({ id }) => after.runs.some((run) => run.id === id)),
      'a run is lost',
    );
    const tries = after.runs.filter(({ wave, events }) => wave !== null && events > 0);
    const names = tries.map((run) => `${run.machineId} ${run.waveAttempt} ${run.attempt}`);
    must(new Set(names).size === names.length, 'a try was made twice');
  }

  private checkTargets(after: Seen): void {
    for (const target of after.targets) {
      const run = runOf(after, target);
      const was = this.seen.targets.find(({ machineId }) => machineId === target.machineId);
      const isOut = was?.verdict === 'cancelled';
      must(!isOut || target.verdict === 'cancelled', 'a machine that was taken out is back');
      if (run) must(run.machineId === target.machineId && run.wave === target.wave, 'not its run');
      const own = after.runs.filter(
        ({ machineId, wave, state }) =>
          machineId === target.machineId && wave !== null && state !== 'ended',
      );
      must(
        own.every(({ id }) => id === target.runId),
        'a run is at work that its target does not know',
      );
      if (target.pending) {
        must(target.verdict === null && !target.settled, 'it waits and has ended');
        must(!run || run.state === 'ended', 'it waits and is at work');
      }
      if (target.settled || target.verdict !== null) {
        must(!run || run.state === 'ended', 'it has ended and is at work');
      }
      must(target.pending || target.settled || target.verdict !== null || !!run, 'it is nowhere');
    }
  }

  private checkOrders(before: Seen, after: Seen): void {
    const made = after.runs.filter(({ id }) => !before.runs.some((run) => run.id === id));
    for (const run of made) {
      if (run.wave === null) continue;
      must(!this.allStopped, 'an order in spite of the emergency stop');
      must(this.online.get(run.machineId) !== false, 'an order for a machine that is away');
      const over = ['stopped', 'expired', 'completed', 'completed-with-failures'];
      must(!over.includes(before.state), 'an order of a campaign that is over');
      const budget = Math.max(before.hardBudget, after.hardBudget);
      must(hardOf(before) <= budget, 'an order of a campaign whose budget is used up');
      for (const wave of after.waves) {
        const isOver = wave.state === 'passed' || wave.state === 'skipped';
        if (wave.number < run.wave) must(isOver, `wave ${run.wave} began before ${wave.number}`);
      }
      const was = before.waves.find(({ number }) => number === run.wave)?.state;
      must(was !== 'skipped', 'an order in a wave that was skipped');
    }
    if (after.state !== 'running') {
      const queued = after.runs.some(({ state, wave }) => state === 'queued' && wave !== null);
      must(!queued, `an order waits in a campaign that is ${after.state}`);
    }
  }

  private checkWaves(before: Seen, after: Seen, { decided }: Step): void {
    const open = after.waves.filter(
      ({ state }) => !['planned', 'passed', 'skipped'].includes(state),
    );
    must(open.length <= 1, 'two waves are open');
    for (const { number, state } of after.waves) {
      const was = before.waves.find((wave) => wave.number === number)?.state ?? 'planned';
      must(state !== 'evaluating', 'a wave is left in the middle of its judgement');
      if ((was === 'failed' || was === 'inconclusive') && state !== was) {
        const answers = ['skip-wave', 'retry-wave', 'wait-longer', 'thresholds'];
        must(decided !== null && answers.includes(decided), `wave ${number} went on by itself`);
      }
      if (state === 'skipped') {
        const empty = after.facts.waves.find((wave) => wave.number === number)?.machines === 0;
        must(empty || this.skipped.has(number), `wave ${number} was skipped by nobody`);
      }
      if (was === 'passed') must(state === 'passed', 'a wave that had passed has not');
    }
    if (campaignLifeCycle.isEnd(before.state)) must(after.state === before.state, 'it rose again');
  }

  private checkLimits(before: Seen, after: Seen): void {
    this.allow(after);
    const hard = hardOf(after);
    must(
      hard <= this.hardAllowed + this.mostConcurrent,
      `${hard} hard errors, ${this.hardAllowed} are allowed`,
    );
    const most = Math.max(after.concurrency, before.concurrency, atWork(before));
    must(atWork(after) <= most, `${atWork(after)} are at work, ${most} may be`);
  }

  private allow(seen: Seen): void {
    this.mostConcurrent = Math.max(this.mostConcurrent, seen.concurrency);
    if (seen.hardBudget === this.budget) return;
    this.budget = seen.hardBudget;
    this.hardAllowed = Math.max(seen.hardBudget, hardOf(seen));
  }

  private checkTallies(after: Seen): void {
    for (const { number, tally } of after.facts.waves) {
      const counted = {
        success: 0,
        hard: 0,
        soft: 0,
        open: 0,
        leftOut: 0,
        inFlight: 0,
        pending: 0,
      };
      for (const target of after.targets) {
        if (target.wave !== number) continue;
        if (target.pending) counted.pending += 1;
        const verdict = target.verdict ?? (target.settled ? this.verdictOf(after, target) : null);
        if (verdict === null) {
          counted.open += 1;
          if (!target.pending) counted.inFlight += 1;
        } else counted[KINDS[verdict] ?? 'open'] += 1;
      }
      const { newErrors, ...told } = tally;
      must(
        Object.entries(counted).every(([kind, count]) => told[kind as keyof typeof told] === count),
        `wave ${number} is counted as ${JSON.stringify(told)}, not ${JSON.stringify(counted)}`,
      );
      const sum = Object.values(newErrors).reduce((all, count) => all + count, 0);
      must(sum <= counted.hard, 'more new errors than hard ones');
    }
  }

  private verdictOf(after: Seen, target: SeenTarget): Verdict | null {
    const isUndone = after.runs.some(
      ({ id, undoes }) => undoes === target.runId && this.known.get(id)?.verdict === 'undone',
    );
    if (target.runId === null || isUndone) return 'undone';
    return this.known.get(target.runId)?.verdict ?? runOf(after, target)?.verdict ?? null;
  }
}

function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(`It must never be: ${what}.`);
}

function runOf({ runs }: Seen, { runId }: SeenTarget): SeenRun | undefined {
  return runs.find(({ id }) => id === runId);
}

const atWork = ({ runs }: Seen) =>
  runs.filter(({ wave, state }) => wave !== null && state !== 'ended').length;
const hardOf = ({ runs }: Seen) =>
  runs.filter(({ wave, verdict }) => wave !== null && verdict && KINDS[verdict] === 'hard').length;

/** Every move is one of the life cycle, begins where the last one ended, and time never goes back. */
function checkMoves({ moves, state, waves }: Seen): void {
  const at = new Map<number | null, string>([[null, 'draft']]);
  for (const { number } of waves) at.set(number, 'planned');
  let time = 0;
  for (const move of moves) {
    must(move.at.getTime() >= time, 'the time of moves went back');
    time = move.at.getTime();
    const { wave, from, to } = move;
    if (from === null || to === null) continue;
    must(at.get(wave) === from, `a move from ${from}, where it was ${at.get(wave)}`);
    const cycle: { allows(a: string, b: string): boolean } =
      wave === null ? campaignLifeCycle : waveLifeCycle;
    must(cycle.allows(from, to), `a move from ${from} to ${to}`);
    at.set(wave, to);
  }
  must(at.get(null) === state, `it moved to ${at.get(null)}, and is ${state}`);
  for (const wave of waves) must(at.get(wave.number) === wave.state, 'a wave moved unseen');
}
