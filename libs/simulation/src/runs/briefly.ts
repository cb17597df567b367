import type { Playbook } from '@fleetmend/domain';
import type { Act } from './act';
import { mainStepOf } from './main-step';

/**
 * The same script with those events only that decide something: states, the main step, what fails or is undone, and
 * the verdict. It takes as long as before. The protocol allows it: a run is known by what its machine tells.
 */
export function briefly(acts: readonly Act[], playbook: Playbook): readonly Act[] {
  const main = mainStepOf(playbook).id;
  const brief: Act[] = [];
  let skipped = 0;
  for (const act of acts) {
    if (isNeeded(act, main)) {
      brief.push({ ...act, after: act.after + skipped });
      skipped = 0;
    } else {
      skipped += act.after;
    }
  }
  return brief;
}

function isNeeded(act: Act, main: string): boolean {
  if (act.kind !== 'event') return act.kind === 'effect';
  const { body } = act;
  if (body.event !== 'step') return true;
  if (body.state === 'running') return false;
  return body.stepId === main || body.state === 'failed' || body.state === 'undone';
}
