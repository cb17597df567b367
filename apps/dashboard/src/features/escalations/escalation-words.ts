import type { Escalation, EscalationRuleOfApi } from '@fleetmend/dashboard-api';
import type { EscalationState } from '@fleetmend/domain';
import type { Tone } from '../../design/status-chip';
import { phaseWord } from '../failures/failure-words';
import { playbookTitle, verdictWords } from '../run/run-words';

/** A state as a chip. */
export const ESCALATION_STATE_WORDS: Readonly<
  Record<EscalationState, { readonly label: string; readonly tone: Tone }>
> = {
  open: { label: 'Proposed', tone: 'info' },
  approved: { label: 'Approved, waits', tone: 'active' },
  ordered: { label: 'Ordered', tone: 'good' },
  'handed-over': { label: 'Needs a person', tone: 'warn' },
  settled: { label: 'Settled', tone: 'good' },
  dismissed: { label: 'Dismissed', tone: 'quiet' },
  expired: { label: 'No longer needed', tone: 'quiet' },
};

/** What is proposed, as the end of a sentence. */
export function stepWords(step: Escalation['step']): string {
  return step.type === 'hand-over'
    ? 'hand over to a person, with the evidence'
    : `run “${playbookTitle(step.playbook)}”`;
}

/** After which runs a rule speaks, in a sentence without its end. */
export function conditionWords(when: EscalationRuleOfApi['when']): string {
  const list = (names: readonly string[]) => names.join(' or ');
  const playbooks =
    when.playbooks.length === 0
      ? 'any playbook'
      : list(when.playbooks.map((name) => `“${playbookTitle(name)}”`));
  const verdicts = list(when.verdicts.map((verdict) => verdictWords(verdict).label.toLowerCase()));
  const phases =
    when.phases.length === 0
      ? ''
      : `, in the phase ${list(when.phases.map((phase) => phaseWord(phase).toLowerCase()))}`;
  const codes = when.codes === null ? '' : `, with ${list(when.codes)}`;
  const same = when.sameCode ? ', with the code it was before' : '';
  return `After ${playbooks}: ${verdicts}${phases}${codes}${same}`;
}

/** A failure in few words; what stands for none. */
export function failureWords(failure: Escalation['failure']): string {
  if (failure === null) return 'No failure';
  const what = `${failure.code} in ${phaseWord(failure.phase).toLowerCase()}`;
  return failure.update === null ? what : `${what}, ${failure.update}`;
}
