import type {
  Escalation,
  EscalationRuleOfApi,
  Policy,
  PolicyRehearsal,
} from '@fleetmend/dashboard-api';
import { sampleId } from './samples';

const EARLIER = '2026-01-01T08:00:00.000Z';
const LATER = '2026-01-02T08:00:00.000Z';

export function samplePolicy(n: number, part: Partial<Policy> = {}): Policy {
  return {
    id: sampleId(7000 + n),
    name: `Policy ${n}`,
    match: { type: 'code', code: '0x80070002', phase: 'download' },
    machines: { site: 'Berlin' },
    playbook: 'reset-software-distribution',
    parameters: {},
    windows: [],
    dailyLimit: 10,
    concurrency: 5,
    coolDownDays: 7,
    maximumAgeDays: 14,
    expiresAt: '2026-06-01T08:00:00.000Z',
    overrideReason: null,
    state: 'off',
    stateReason: null,
    stateBy: 'admin@example.org',
    stateAt: EARLIER,
    revision: 1,
    createdAt: EARLIER,
    createdBy: 'admin@example.org',
    matchLabel: '0x80070002 in download',
    rehearsedAt: null,
    rehearsed: 0,
    begunToday: 0,
    inFlight: 0,
    verdicts: {},
    windowOpensAt: null,
    ...part,
  };
}

export function sampleRehearsal(
  policy: Policy,
  part: Partial<PolicyRehearsal> = {},
): PolicyRehearsal {
  return {
    policyId: policy.id,
    revision: policy.revision,
    rehearsedAt: policy.rehearsedAt,
    treated: policy.rehearsed,
    days: [],
    machines: [],
    excluded: [],
    ...part,
  };
}

export function sampleRule(
  n: number,
  part: Partial<EscalationRuleOfApi> = {},
): EscalationRuleOfApi {
  return {
    id: sampleId(7100 + n),
    name: `Rule ${n}`,
    on: true,
    when: {
      playbooks: ['reset-software-distribution'],
      verdicts: ['same-error'],
      sameCode: true,
      phases: ['install'],
      codes: null,
    },
    then: { type: 'playbook', playbook: 'repair-component-store', parameters: {} },
    mode: 'propose',
    dailyLimit: 10,
    coolDownDays: 7,
    position: n,
    builtIn: true,
    open: 0,
    approved: 0,
    handedOver: 0,
    orderedToday: 0,
    updatedAt: EARLIER,
    updatedBy: 'system',
    ...part,
  };
}

export function sampleEscalation(
  n: number,
  rule: EscalationRuleOfApi,
  part: Partial<Escalation> = {},
): Escalation {
  return {
    id: sampleId(7200 + n),
    state: 'open',
    ruleId: rule.id,
    ruleName: rule.name,
    machineId: sampleId(3000 + n),
    hostname: `PC-${n}`,
    online: true,
    failure: {
      fingerprintId: sampleId(2001),
      code: '0x80070002',
      phase: 'install',
      update: 'KB5034441',
    },
    runId: sampleId(4000 + n),
    playbook: 'reset-software-distribution',
    verdict: 'same-error',
    link: 1,
    step: rule.then,
    note: null,
    orderedRunId: null,
    createdAt: LATER,
    decidedBy: null,
    decidedAt: null,
    expiresAt: '2026-01-16T08:00:00.000Z',
    ...part,
  };
}
