import type { OrderClaims, RunEventReport } from '@fleetmend/client-protocol';
import {
  type Playbook,
  type PlaybookParameters,
  type PlaybookStep,
  type RunState,
  type StepState,
  stepsFor,
} from '@fleetmend/domain';
import {
  type Fate,
  type RunCircumstances,
  type StepResult,
  failureOf,
  resultOf,
} from './step-results';

type Body<Event> = Event extends RunEventReport
  ? Omit<Event, 'kind' | 'id' | 'createdAt' | 'runId' | 'sequence'>
  : never;

/** An event of a run without what every report has. */
export type RunEventBody = Body<RunEventReport>;

/** One thing that happens in a run, `after` milliseconds after the one before. */
export type Act = { readonly after: number } & (
  | { readonly kind: 'event'; readonly body: RunEventBody }
  | { readonly kind: 'history'; readonly name: string }
  /** What the run does to the machine. `mended-later`: its update installs some time after the run. */
  | {
      readonly kind: 'effect';
      readonly effect: 'changed' | 'taken-back' | 'mended' | 'mended-later' | 'failed-again';
    }
);

/** What is played: all of a run, from its first event to its verdict. */
export interface Play {
  readonly mode: OrderClaims['mode'];
  readonly playbook: Playbook;
  readonly parameters: PlaybookParameters;
  readonly fate: Fate;
  readonly circumstances: RunCircumstances;
}

/** The script of a run. Always the same for the same play. */
export function scriptOf(play: Play): readonly Act[] {
  const script = new Script(play.circumstances);
  if (play.mode === 'undo') playUndo(play, script);
  else if (play.mode === 'dry-run') playDryRun(play, script);
  else playForReal(play, script);
  return script.acts;
}

class Script {
  readonly acts: Act[] = [];
  #state: RunState | undefined;

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

  effect(after: number, effect: Extract<Act, { kind: 'effect' }>['effect']): void {
    this.acts.push({ after, kind: 'effect', effect });
  }

  event(after: number, body: RunEventBody): void {
    this.acts.push({ after, kind: 'event', body });
  }

  pause(low: number, high: number): number {
    return Math.round(this.circumstances.random.between(low, high) * 1000);
  }
}

type Section = Extract<RunEventBody, { event: 'step' }>['section'];

function playForReal({ playbook, parameters, fate, circumstances }: Play, script: Script): void {
  for (const step of stepsFor(playbook, parameters)) {
    script.state(step.section);
    script.begin(step);
    const { seconds, ...result } = resultOf(step, circumstances);
    const after = script.pause(...seconds);
    if (fate.kind === 'refused' && fate.stepId === step.id) {
      const failure = failureOf(step, circumstances);
      script.step(after, step, step.section, 'failed', failure);
      script.verdict({ verdict: 'skipped', stepId: step.id, message: failure.message });
      return;
    }
    if (fate.kind === 'fails' && fate.stepId === step.id) {
      const failure = failureOf(step, circumstances);
      script.step(after, step, step.section, 'failed', failure);
      takeBack(playbook, step, script);
      script.effect(0, 'taken-back');
      script.verdict({
        verdict: step.section === 'verifying' ? 'rolled-back' : 'step-failed',
        stepId: step.id,
        message: `${failure.message} What had been done was taken back.`,
      });
      return;
    }
    if (step.action === 'verify-scan' && fate.kind === 'same-error' && fate.shownBy === 'scan') {
      const failure = failureOf(step, circumstances);
      script.step(after, step, step.section, 'failed', failure);
      script.effect(0, 'failed-again');
      script.verdict({ verdict: 'same-error', level: 'L0', message: failure.message });
      return;
    }
    if (step.action === 'save-update-history') {
      script.acts.push({
        after: script.pause(0.1, 0.5),
        kind: 'history',
        name: 'ReportingEvents.log',
      });
    }
    script.step(after, step, step.section, 'done', result);
    if (step.action === 'rename-directory') script.effect(0, 'changed');
  }
  judge(fate, hasPurposeOfItsOwn(playbook), script);
}

/** Playbooks that are seen to have done what they are for without any failure being mended. */
function hasPurposeOfItsOwn({ steps }: Playbook): boolean {
  return !steps.some((step) => step.action === 'verify-scan' && step.onlyWithFailure !== true);
}

function judge(fate: Fate, hasOwnPurpose: boolean, script: Script): void {
  if (fate.kind === 'nothing-to-mend' && hasOwnPurpose) {
    script.verdict({ verdict: 'done', level: 'L0', message: 'What the playbook is for was seen.' });
    return;
  }
  if (fate.kind === 'mended' && fate.shownBy === 'scan') {
    script.effect(0, 'mended');
    const message = 'The scan that failed before ended well.';
    script.verdict({ verdict: 'fixed', level: 'L1', message });
    return;
  }
  if (fate.kind === 'mended') {
    script.effect(script.pause(6, 25), 'mended');
    const message = 'The update that had failed is installed.';
    script.verdict({ verdict: 'fixed', level: 'L2', message });
    return;
  }
  if (fate.kind === 'same-error') {
    script.effect(script.pause(5, 15), 'failed-again');
    const message = 'A scan ended well, and the same update failed again with the same error.';
    script.verdict({ verdict: 'same-error', level: 'L1', message });
    return;
  }
  const message = 'A scan ended well. The update is not installed yet.';
  script.verdict({ verdict: 'scan-ok-not-installed', level: 'L1', message });
  if (fate.kind === 'mended-later') script.effect(0, 'mended-later');
}

/** Undoes what was done before `failed`, the last first. */
function takeBack(playbook: Playbook, failed: PlaybookStep, script: Script): void {
  const done = playbook.steps.slice(0, playbook.steps.indexOf(find(playbook, failed.id)));
  for (const step of done.toReversed()) {
    if (step.undo === undefined) continue;
    const message =
      step.undo === 'rename-back'
        ? 'The folder has its name again.'
        : 'The services run as before.';
    script.step(script.pause(0.5, 4), step, 'undo', 'undone', { message });
  }
}

function playUndo({ playbook }: Play, script: Script): void {
  script.state('preflight');
  script.state('acting');
  const stop = playbook.steps.find(({ action }) => action === 'stop-services');
  if (stop !== undefined) {
    script.begin(stop, 'undo');
    const message = 'The services are stopped.';
    script.step(script.pause(1, 6), stop, 'undo', 'done', { message });
  }
  const last = playbook.steps.at(-1);
  if (last !== undefined) takeBack(playbook, last, script);
  script.verdict({
    verdict: 'undone',
    message: 'The folder is back, and the services run as before.',
  });
}

function playDryRun({ playbook, parameters, circumstances, fate }: Play, script: Script): void {
  script.state('preflight');
  let refusals = 0;
  for (const step of stepsFor(playbook, parameters)) {
    if (step.section !== 'preflight') {
      const message = `Would be done: ${step.title}.`;
      script.step(script.pause(0.05, 0.2), step, step.section, 'skipped', { message });
      continue;
    }
    script.begin(step);
    const { seconds, ...result } = resultOf(step, circumstances);
    const refused = fate.kind === 'refused' && fate.stepId === step.id;
    refusals += Number(refused);
    const told = refused ? failureOf(step, circumstances) : result;
    script.step(script.pause(...seconds), step, 'preflight', refused ? 'failed' : 'done', told);
  }
  script.verdict({
    verdict: 'dry-run-done',
    message:
      refusals === 0
        ? 'The playbook would run. Nothing was changed.'
        : 'The playbook would stop in preflight. Nothing was changed.',
  });
}

function find(playbook: Playbook, id: string): PlaybookStep {
  const step = playbook.steps.find((candidate) => candidate.id === id);
  if (step === undefined) throw new RangeError(`${playbook.name} has no step "${id}"`);
  return step;
}
