import type { Escalation, EscalationRuleOfApi } from '@fleetmend/dashboard-api';
import type { EscalationStep } from '@fleetmend/domain';
import type { CountedRuleRow, EscalationRuleRow } from './escalation-rules.repository';
import type { EscalationRow } from './escalations.repository';

function toStep(step: EscalationStep): Escalation['step'] {
  return step.type === 'hand-over' ? step : { ...step, parameters: { ...step.parameters } };
}

export function toEscalation(row: EscalationRow): Escalation {
  const { id, state, ruleId, ruleName, machineId, hostname, online, runId, playbook } = row;
  const { verdict, link, note, orderedRunId, decidedBy, fingerprintId, code, phase, update } = row;
  return {
    ...{ id, state, ruleId, ruleName, machineId, hostname, online, runId, playbook },
    ...{ verdict, link, note, orderedRunId, decidedBy },
    failure:
      fingerprintId === null || code === null || phase === null
        ? null
        : { fingerprintId, code, phase, update },
    step: toStep(row.step),
    createdAt: row.createdAt.toISOString(),
    decidedAt: row.decidedAt?.toISOString() ?? null,
    expiresAt: row.expiresAt.toISOString(),
  };
}

export function toRule(row: CountedRuleRow): EscalationRuleOfApi {
  const { open, approved, handedOver, orderedToday } = row;
  return {
    ...shownRule(row),
    ...{ id: row.id, builtIn: row.key !== null, open, approved, handedOver, orderedToday },
    updatedAt: row.updatedAt.toISOString(),
    updatedBy: row.updatedBy,
  };
}

/** A rule as the audit log keeps it. */
export function shownRule(row: EscalationRuleRow) {
  const { name, on, when, mode, dailyLimit, coolDownDays, position } = row;
  return {
    ...{ name, on, mode, dailyLimit, coolDownDays, position },
    when: {
      ...when,
      playbooks: [...when.playbooks],
      verdicts: [...when.verdicts],
      phases: [...when.phases],
      codes: when.codes === null ? null : [...when.codes],
    },
    then: toStep(row.then),
  };
}
