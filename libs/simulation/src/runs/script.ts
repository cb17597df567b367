import type { PlaybookStep, RunState, StepState } from '@fleetmend/domain';
import type { Act, RunEventBody } from './act';
import type { Effect } from './effect';
import type { RunCircumstances, StepResult } from './step-results';

/** A section of a run's steps. */
export type Section = Extract<RunEventBody, { event: 'step' }>['section'];

/** How long a step may take that has no time-out of its own, in seconds. */
const PATIENCE = 900;

/** Writes a run down as acts, one after the other. */
export class Script {
  readonly acts: Act[] = [];
  #state: RunState | undefined;
  #wait = 0;

  constructor(readonly circumstances: RunCircumstances) {}

  state(state: Extract<RunEventBody, { event: 'state' }>['state']): void {
    if (state === this.#state) return;
    this.#state = state;
    this.event(this.pause(0.1, 0.4), { event: 'state', state });
  }

  begin(step: PlaybookStep, section: Section = step.section): void {
    const message = `${step.title} …`;
    this.step(this.pause(0.05, 0.3), step, section, 'running', { message });
  }

  step(
    after: number,
    step: PlaybookStep,
    section: Section,
    state: StepState,
    result: StepResult,
  ): void {
    this.event(after, { event: 'step', stepId: step.id, section, state, ...result });
  }

  verdict(body: Omit<Extract<RunEventBody, { event: 'verdict' }>, 'event'>): void {
    this.event(this.pause(0.2, 0.6), { event: 'verdict', ...body });
  }

  effect(after: number, effect: Effect): void {
    this.acts.push({ after: after + this.#waited(), kind: 'effect', ...effect });
  }

  event(after: number, body: RunEventBody): void {
    this.acts.push({ after: after + this.#waited(), kind: 'event', body });
  }

  /** Lets time pass before the next act. */
  wait(milliseconds: number): void {
    this.#wait += milliseconds;
  }

  #waited(): number {
    const waited = this.#wait;
    this.#wait = 0;
    return waited;
  }

  pause(low: number, high: number): number {
    return Math.round(this.circumstances.random.between(low, high) * 1000);
  }

  /** How long a step takes on this machine in milliseconds, and whether its time-out was over before. */
  duration(step: PlaybookStep, [low, high]: readonly [number, number]): [number, boolean] {
    const limit = ('timeoutSeconds' in step ? step.timeoutSeconds : PATIENCE) * 1000;
    const wanted = this.pause(low, high) * this.circumstances.faults.slowness;
    return [Math.min(wanted, limit), wanted > limit];
  }
}
