import type { Phase } from './failure';
import { type LifeCycle, lifeCycle } from './life-cycle';
import type { PlaybookParameters } from './playbook';
import { findPlaybook, validateParameters } from './playbooks';
import { VERDICTS, type Verdict } from './run';
import { toneOf } from './verdict';

/**
 * How an escalation stands. `open` is a proposal. `approved` waits until its machine can be given the order; it is
 * `ordered` as soon as there is a run. `handed-over`: the machine needs a person, until that is `settled`.
 */
export const ESCALATION_STATES = [
  'open',
  'approved',
  'ordered',
  'handed-over',
  'settled',
  'dismissed',
  'expired',
] as const;
export type EscalationState = (typeof ESCALATION_STATES)[number];

export const escalationLifeCycle: LifeCycle<EscalationState> = lifeCycle({
  start: 'open',
  moves: {
    open: ['approved', 'ordered', 'handed-over', 'dismissed', 'expired'],
    approved: ['ordered', 'dismissed', 'expired'],
    ordered: [],
    'handed-over': ['settled'],
    settled: [],
    dismissed: [],
    expired: [],
  },
});

/** After which runs a rule has something to say. An empty list, or null, asks for nothing. */
export interface EscalationCondition {
  readonly playbooks: readonly string[];
  readonly verdicts: readonly Verdict[];
  /** Only when the code that is seen after the run is the one that the run was against. */
  readonly sameCode: boolean;
  /** In which phase it fails after the run. */
  readonly phases: readonly Phase[];
  /** With which codes it fails after the run, canonical. */
  readonly codes: readonly string[] | null;
}

/** What a rule proposes: another playbook, or that a person takes over. */
export type EscalationStep =
  | {
      readonly type: 'playbook';
      readonly playbook: string;
      readonly parameters: PlaybookParameters;
    }
  | { readonly type: 'hand-over' };

/** `propose` waits for a person; `automatic` goes on by itself, so many machines a day. */
export const ESCALATION_MODES = ['propose', 'automatic'] as const;
export type EscalationMode = (typeof ESCALATION_MODES)[number];

export interface EscalationRule {
  readonly on: boolean;
  readonly when: EscalationCondition;
  readonly then: EscalationStep;
  readonly mode: EscalationMode;
}

/** A failure as a rule sees it. */
export interface EscalatedFailure {
  readonly code: string;
  readonly phase: Phase;
}

/** A run that ended badly, with what its machine has been through. */
export interface EscalatedRun {
  readonly playbook: string;
  readonly verdict: Verdict;
  /** What it was against; null where the playbook has a purpose of its own. */
  readonly failure: EscalatedFailure | null;
  /** How it fails since; the same as `failure` where nothing else was seen. */
  readonly after: EscalatedFailure | null;
  /** The playbooks that ran on the machine against this failure since it last worked. */
  readonly tried: readonly string[];
  /** How many escalations led to this run: 0 for one that was ordered for itself. */
  readonly links: number;
}

/** So many playbooks follow each other by rules; after that only people go on. */
export const MAX_ESCALATION_LINKS = 4;

/** Verdicts that a rule can be about. */
export const ESCALATED_VERDICTS: readonly Verdict[] = VERDICTS.filter(
  (verdict) => toneOf(verdict) === 'bad',
);

/**
 * The first rule that says something about this run. One whose playbook was tried already is passed over, and so is
 * every playbook at the end of a chain: so that no chain goes round in circles, or on for ever.
 */
export function chooseEscalation<R extends EscalationRule>(
  rules: readonly R[],
  run: EscalatedRun,
): R | undefined {
  return rules.find(
    ({ on, when, then }) =>
      on &&
      appliesTo(when, run) &&
      (then.type === 'hand-over' ||
        (run.links < MAX_ESCALATION_LINKS &&
          then.playbook !== run.playbook &&
          !run.tried.includes(then.playbook))),
  );
}

function appliesTo(when: EscalationCondition, run: EscalatedRun): boolean {
  const { after, failure } = run;
  return (
    (when.playbooks.length === 0 || when.playbooks.includes(run.playbook)) &&
    when.verdicts.includes(run.verdict) &&
    (!when.sameCode || (after !== null && after.code === failure?.code)) &&
    (when.phases.length === 0 || (after !== null && when.phases.includes(after.phase))) &&
    (when.codes === null || (after !== null && when.codes.includes(after.code)))
  );
}

/** What keeps a rule from being saved, with the field that is wrong. */
export function escalationProblems({
  when,
  then,
}: Pick<EscalationRule, 'when' | 'then'>): readonly {
  readonly path: string;
  readonly message: string;
}[] {
  const problems: { path: string; message: string }[] = [];
  const add = (path: string, message: string) => problems.push({ path, message });
  for (const name of when.playbooks) {
    if (!findPlaybook(name)) add('when.playbooks', `There is no playbook "${name}".`);
  }
  if (when.verdicts.length === 0) add('when.verdicts', 'Name at least one verdict.');
  for (const verdict of when.verdicts) {
    if (toneOf(verdict) !== 'bad') {
      add('when.verdicts', `After "${verdict}" there is nothing to escalate.`);
    }
  }
  if (when.codes?.length === 0) add('when.codes', 'Name a code, or ask for none.');
  if (then.type === 'playbook') {
    const playbook = findPlaybook(then.playbook);
    if (!playbook) {
      add('then.playbook', `There is no playbook "${then.playbook}".`);
    } else {
      const checked = validateParameters(playbook, then.parameters);
      if (!checked.ok) checked.problems.forEach((each) => add('then.parameters', each));
    }
    if (when.playbooks.length > 0 && when.playbooks.every((name) => name === then.playbook)) {
      add('then.playbook', 'It would propose what has just failed, and so never say anything.');
    }
  }
  return problems;
}
