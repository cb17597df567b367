import type { OrderClaims } from '@fleetmend/client-protocol';
import {
  fromWin32,
  normaliseErrorCode,
  type Playbook,
  type PlaybookParameters,
  type PlaybookStep,
  stepsFor,
  type UndoKind,
} from '@fleetmend/domain';
import type { Act } from './act';
import { type Fate, hasPurposeOfItsOwn } from './fate';
import { Script } from './script';
import { type RunCircumstances, type StepResult, resultOf } from './step-results';
import { failureOf } from './step-failures';

/** What is played: all of a run, from its first event to its verdict. */
export interface Play {
  readonly mode: OrderClaims['mode'];
  readonly playbook: Playbook;
  readonly parameters: PlaybookParameters;
  /** Whether the order names a failure that the run is to mend. */
  readonly hasFailure: boolean;
  readonly fate: Fate;
  readonly circumstances: RunCircumstances;
}

/** The script of a run. Always the same for the same play. */
export function scriptOf(play: Play): readonly Act[] {
  const script = new Script(play.circumstances);
  if (play.mode === 'undo') playUndo(play, script);
  else if (play.mode === 'dry-run') playDryRun(play, script);
  else playForReal(play, script);
  return play.circumstances.faults.names.has('lost-after-step-3')
    ? untilStep(script.acts, 3)
    : script.acts;
}

/** Only what happens until so many steps have ended; then nothing more, for ever. */
function untilStep(acts: readonly Act[], steps: number): readonly Act[] {
  let ended = 0;
  const last = acts.findIndex((act) => {
    const isEnd = act.kind === 'event' && act.body.event === 'step' && act.body.state !== 'running';
    ended += Number(isEnd);
    return isEnd && ended === steps;
  });
  if (last < 0) return acts;
  return [...acts.slice(0, last + 1), { after: 0, kind: 'effect', effect: 'gone' }];
}

function playForReal(play: Play, script: Script): void {
  const { playbook, parameters, fate, hasFailure, circumstances } = play;
  for (const step of stepsFor(playbook, parameters)) {
    script.state(step.section);
    script.begin(step);
    if (step.action === 'verify-scan' && step.onlyWithFailure === true && !hasFailure) {
      const message = 'The run is to mend no failure, so none is looked for.';
      script.step(script.pause(0.05, 0.2), step, step.section, 'skipped', { message });
      continue;
    }
    const { seconds, ...result } = resultOf(step, circumstances);
    const [after, isTooLate] = script.duration(step, seconds);
    if (endsIn(play, step, after, script)) return;
    if (step.action === 'verify-scan' && isTooLate) {
      const minutes = Math.round(step.timeoutSeconds / 60);
      const message = `No scan was seen to end within ${minutes} minutes, so nothing is proven.`;
      script.step(after, step, step.section, 'skipped', { message });
      const later = script.pause(60, 1200);
      aftermath(fate.kind === 'mended' ? { ...fate, after: later } : fate, script);
      script.verdict({ verdict: 'unverified', level: 'L0', message });
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
    if (step.action === 'rename-directory') script.effect(0, { effect: 'changed' });
    if (step.action === 'resync-clock') script.effect(0, { effect: 'clock-set' });
  }
  judge(fate, hasPurposeOfItsOwn(playbook) && !hasFailure, script);
}

/** Whether the run ends in this step, by its fate; if so, it is written down. */
function endsIn(play: Play, step: PlaybookStep, after: number, script: Script): boolean {
  const { playbook, parameters, fate, circumstances } = play;
  const isFated = 'stepId' in fate && fate.stepId === step.id;
  const failsScan =
    step.action === 'verify-scan' && fate.kind === 'same-error' && fate.shownBy === 'scan';
  if (!isFated && !failsScan) return false;
  const failure = failureOf(step, circumstances);
  script.step(after, step, step.section, 'failed', failure);
  if (fate.kind === 'refused') {
    script.verdict({ verdict: 'skipped', stepId: step.id, message: failure.message });
  } else if (fate.kind === 'same-error') {
    script.effect(0, { effect: 'failed-again' });
    const { message } = failure;
    script.verdict({ verdict: 'same-error', level: 'L0', code: fate.code, message });
  } else {
    const isTakenBack = takeBack(stepsFor(playbook, parameters), step, script);
    if (isTakenBack) script.effect(0, { effect: 'taken-back' });
    script.verdict({
      verdict: isTakenBack && step.section === 'verifying' ? 'rolled-back' : 'step-failed',
      stepId: step.id,
      ...codeOf(failure),
      message: isTakenBack
        ? `${failure.message} What had been done was taken back.`
        : failure.message,
    });
  }
  return true;
}

function codeOf({ errorCode }: StepResult): { code?: string } {
  const code =
    errorCode === undefined ? undefined : (fromWin32(errorCode) ?? normaliseErrorCode(errorCode));
  return code === undefined ? {} : { code };
}

/** What becomes of the machine whatever the run sees of it; `after` = not before so many milliseconds after the run. */
function aftermath(fate: Fate & { readonly after?: number }, script: Script): void {
  const { after } = fate;
  if (fate.kind === 'mended') {
    script.effect(
      0,
      after === undefined ? { effect: 'mended' } : { effect: 'mended-later', within: after },
    );
    if (fate.comesBackAfter !== undefined) {
      script.effect(0, { effect: 'comes-back', within: fate.comesBackAfter + (after ?? 0) });
    }
  }
  if (fate.kind === 'mended-later') {
    script.effect(0, { effect: 'mended-later', within: fate.within });
  }
  if (fate.kind === 'new-error') script.effect(0, { effect: 'turned', into: fate.becomes });
}

function judge(fate: Fate, isForItself: boolean, script: Script): void {
  const waited = script.pause(6, 25);
  if (isForItself) {
    aftermath(fate, script);
    script.verdict({ verdict: 'done', level: 'L0', message: 'What the playbook is for was seen.' });
    return;
  }
  if (fate.kind === 'mended') {
    const isByScan = fate.shownBy === 'scan';
    if (!isByScan) script.wait(waited);
    aftermath(fate, script);
    script.verdict({
      ...{ verdict: 'fixed', level: isByScan ? 'L1' : 'L2' },
      message: isByScan
        ? 'The scan that failed before ended well.'
        : 'The update that had failed is installed.',
    });
    return;
  }
  if (fate.kind === 'same-error') {
    script.effect(waited, { effect: 'failed-again' });
    const message = 'A scan ended well, and the same update failed again with the same error.';
    script.verdict({ verdict: 'same-error', level: 'L1', code: fate.code, message });
    return;
  }
  if (fate.kind === 'new-error') {
    script.wait(waited);
    aftermath(fate, script);
    const { code, phase } = fate.becomes;
    const message = `Another error appeared: ${code} (${phase}).`;
    script.verdict({ verdict: 'new-error', level: 'L0', code, message });
    return;
  }
  aftermath(fate, script);
  const message = 'A scan ended well. The update is not installed yet.';
  script.verdict({ verdict: 'scan-ok-not-installed', level: 'L1', message });
}

const TAKEN_BACK: Readonly<Record<UndoKind, string>> = {
  'rename-back': 'The folder has its name again.',
  'restore-services': 'The services run as before.',
  'restore-start-types': 'The services have their start types again.',
  'restore-registry': 'The value is as before.',
  'stop-started': 'What was started is stopped again.',
  'shift-clock-back': 'The clock is as before.',
};

/** Undoes what was done before `failed`, the last first. Answers whether that was anything. */
function takeBack(steps: readonly PlaybookStep[], failed: PlaybookStep, script: Script): boolean {
  const before = steps.findIndex(({ id }) => id === failed.id);
  const done = steps.slice(0, before).filter(({ undo }) => undo !== undefined);
  for (const step of done.toReversed()) {
    const message = step.undo === undefined ? '' : TAKEN_BACK[step.undo];
    script.step(script.pause(0.5, 4), step, 'undo', 'undone', { message });
  }
  return done.length > 0;
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
  const steps = playbook.steps.filter(({ onlyIf }) => onlyIf === undefined);
  const last = playbook.steps.at(-1);
  if (last !== undefined) takeBack(steps, last, script);
  script.verdict({ verdict: 'undone', message: 'What the run had changed was taken back.' });
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
    const [after] = script.duration(step, seconds);
    script.step(after, step, 'preflight', refused ? 'failed' : 'done', told);
  }
  script.verdict({
    verdict: 'dry-run-done',
    message:
      refusals === 0
        ? 'The playbook would run. Nothing was changed.'
        : 'The playbook would stop in preflight. Nothing was changed.',
  });
}
