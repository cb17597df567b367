import type { RunEventReport, StepEvent } from '@fleetmend/client-protocol';
import { runLifeCycle, type RunState, type Verdict, type VerdictLevel } from '@fleetmend/domain';

/** How a run stands, as far as its events change it. */
export interface RunStanding {
  readonly state: RunState;
  readonly verdict: Verdict | null;
  readonly level: VerdictLevel | null;
  readonly verdictCode: string | null;
  readonly verdictByMachine: boolean;
  readonly message: string | null;
  readonly lastSequence: number;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
}

/** One move of the life cycle, for the history. */
export interface RunMove {
  readonly from: RunState | null;
  readonly to: RunState;
  readonly verdict: Verdict | null;
  readonly reason: string;
  readonly at: Date;
}

/** What the server concludes from silence. The machine knows better, however late it says so. */
const CONCLUDED: readonly (Verdict | null)[] = ['lost', 'expired'];

const reach = new Map<RunState, ReadonlySet<RunState>>();

/** Whether `to` can follow `from`, at once or after moves that nobody has told us. */
export function isAhead(from: RunState, to: RunState): boolean {
  let states = reach.get(from);
  if (!states) {
    const seen = new Set<RunState>();
    const open: RunState[] = [from];
    for (let state = open.pop(); state; state = open.pop()) {
      for (const next of runLifeCycle.movesFrom(state)) {
        if (seen.has(next) || next === runLifeCycle.start) continue;
        seen.add(next);
        open.push(next);
      }
    }
    states = seen;
    reach.set(from, states);
  }
  return states.has(to);
}

/** Follows one run through its events: forward only, whatever is missing, doubled or late. */
export class RunProgress {
  private standing: RunStanding;
  readonly moves: RunMove[] = [];

  constructor(
    private readonly before: RunStanding,
    private readonly now: Date,
  ) {
    this.standing = before;
  }

  get current(): RunStanding {
    return this.standing;
  }
  get changed(): boolean {
    return this.standing !== this.before;
  }

  /** Takes an event that is new; events of one call are given in the order of their sequence. */
  take(event: RunEventReport): void {
    const isLate = event.sequence <= this.standing.lastSequence;
    switch (event.event) {
      case 'verdict':
        this.end(event.verdict, event.message, event.createdAt, {
          level: event.level ?? null,
          code: event.code ?? null,
        });
        break;
      case 'refused':
        this.refuse(event.reason, event.message, event.createdAt);
        break;
      case 'state':
        if (!isLate) this.advance(event.state, event.createdAt);
        break;
      case 'step':
        if (!isLate && event.section !== 'undo') this.advance(event.section, event.createdAt);
        break;
    }
    if (!isLate) this.standing = { ...this.standing, lastSequence: event.sequence };
  }

  private advance(to: RunState, at: string): void {
    const from = this.standing.state;
    if (from === to || from === 'ended' || !isAhead(from, to)) return;
    this.standing = { ...this.standing, state: to };
    this.moves.push({
      from,
      to,
      verdict: null,
      reason: 'told by the machine',
      at: this.believe(at),
    });
  }

  private end(
    verdict: Verdict,
    message: string,
    at: string,
    proof: { level: VerdictLevel | null; code: string | null },
  ): void {
    const { state: from, verdict: earlier, verdictByMachine } = this.standing;
    if (from === 'ended' && (verdictByMachine || !CONCLUDED.includes(earlier))) return;
    const endedAt = this.believe(at);
    this.standing = {
      ...this.standing,
      ...{ state: 'ended', verdict, message, endedAt, verdictByMachine: true },
      ...{ level: proof.level, verdictCode: proof.code },
    };
    const reason =
      earlier === null ? 'told by the machine' : `told by the machine after "${earlier}"`;
    this.moves.push({ from, to: 'ended', verdict, reason, at: endedAt });
  }

  /** A machine that refuses an order has not begun it; if it has, the refusal was of a copy. */
  private refuse(reason: string, message: string, at: string): void {
    if (this.standing.lastSequence >= 0) return;
    const verdict = reason === 'expired-order' ? 'expired' : 'skipped';
    this.end(verdict, `${reason}: ${message}`, at, { level: null, code: null });
  }

  /** Not before the run was made, and not in the future. */
  private believe(claimed: string): Date {
    const at = Math.min(
      Math.max(Date.parse(claimed), this.before.createdAt.getTime()),
      this.now.getTime(),
    );
    return new Date(at);
  }
}

/** A step as its row has it after some events. */
export interface StepProgress {
  readonly section: StepEvent['section'];
  readonly stepId: string;
  readonly state: StepEvent['state'];
  readonly message: string;
  readonly errorCode: number | null;
  readonly details: StepEvent['details'] | null;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly sequence: number;
}

/** Folds the events of a run's steps, in the order of their sequence, into one row for each step. */
export function foldSteps(events: readonly StepEvent[]): StepProgress[] {
  const steps = new Map<string, StepProgress>();
  for (const event of events) {
    const key = `${event.section} ${event.stepId}`;
    const earlier = steps.get(key);
    const begins = event.state === 'running';
    steps.set(key, {
      section: event.section,
      stepId: event.stepId,
      state: event.state,
      message: event.message,
      errorCode: event.errorCode ?? null,
      details: event.details ?? earlier?.details ?? null,
      startedAt: begins ? event.createdAt : (earlier?.startedAt ?? null),
      endedAt: begins ? null : event.createdAt,
      sequence: event.sequence,
    });
  }
  return [...steps.values()];
}
