import type { EscalationCondition, EscalationStep } from './escalation';
import type { Verdict } from './run';

/** A rule that every installation starts with. `key` is stable: each is added once, and never again. */
export interface DefaultEscalation {
  readonly key: string;
  readonly name: string;
  readonly when: EscalationCondition;
  readonly then: EscalationStep;
}

const NOT_CURED: readonly Verdict[] = ['same-error', 'new-error', 'recurred'];
const RESET = 'reset-software-distribution';
const any = { playbooks: [], phases: [], codes: null, sameCode: false } as const;

/**
 * The chain of the published method: the reset, then the component store, then a person with all the evidence; and the
 * codes that say by themselves what comes next. All of them only propose.
 */
export const DEFAULT_ESCALATIONS: readonly DefaultEscalation[] = [
  {
    key: 'inconsistent',
    name: 'The machine is not as it was before: a person looks at it',
    when: { ...any, verdicts: ['inconsistent'] },
    then: { type: 'hand-over' },
  },
  {
    key: 'clock',
    name: 'Now it fails because of the clock: set it right',
    when: {
      ...any,
      verdicts: NOT_CURED,
      codes: ['0x80072F8F', '0x80070576', '0x800B0101', '0x80096005', '0x80090328'],
    },
    then: { type: 'playbook', playbook: 'sync-clock', parameters: {} },
  },
  {
    key: 'services',
    name: 'Now it fails because a service is disabled: repair the services',
    when: {
      ...any,
      verdicts: NOT_CURED,
      codes: ['0x80070422', '0x80070424', '0x80070426', '0x8007042C'],
    },
    then: { type: 'playbook', playbook: 'repair-update-services', parameters: {} },
  },
  {
    key: 'restart',
    name: 'Now it waits for a restart: restart the machine',
    when: {
      ...any,
      verdicts: NOT_CURED,
      codes: ['0x80240016', '0x80242014', '0x8024D00E', '0x80070BC9'],
    },
    then: { type: 'playbook', playbook: 'restart-machine', parameters: {} },
  },
  {
    key: 'drivers',
    name: 'Now set-up fails because of a driver: update the drivers',
    when: { ...any, verdicts: NOT_CURED, codes: ['0xC1900101'] },
    then: { type: 'playbook', playbook: 'update-drivers', parameters: {} },
  },
  {
    key: 'reset-install',
    name: 'The same error in the install phase after the reset: repair the component store',
    when: {
      ...{ playbooks: [RESET], verdicts: NOT_CURED, sameCode: true, codes: null },
      phases: ['install', 'reboot'],
    },
    then: { type: 'playbook', playbook: 'repair-component-store', parameters: {} },
  },
  {
    key: 'reset-other',
    name: 'The same error again after the reset: repair the component store',
    when: { ...any, playbooks: [RESET], verdicts: ['same-error', 'recurred'], sameCode: true },
    then: { type: 'playbook', playbook: 'repair-component-store', parameters: {} },
  },
  {
    key: 'component-store',
    name: 'The component store was repaired and it still fails: hand over with the evidence',
    when: { ...any, playbooks: ['repair-component-store'], verdicts: NOT_CURED },
    then: { type: 'hand-over' },
  },
  {
    key: 'nothing-helped',
    name: 'Nothing else to try: hand over with the evidence',
    when: { ...any, verdicts: ['same-error', 'recurred'] },
    then: { type: 'hand-over' },
  },
];
