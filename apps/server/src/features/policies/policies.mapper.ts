import type { NewPolicy, Policy, PolicyExclusion } from '@fleetmend/dashboard-api';
import { nextOpening, openWindow } from '@fleetmend/domain';
import { EXCLUSION_REASONS } from '../runs';
import type { CountedPolicyRow, PolicyRow } from './policies.repository';

/** Why a machine is not treated now, for people. */
export const POLICY_EXCLUSION_REASONS: Readonly<Record<PolicyExclusion, string>> = {
  ...EXCLUSION_REASONS,
  offline: 'The machine is offline. Its turn comes when it connects.',
  guarded: 'The playbook is the wrong tool for this failure.',
  'cooling-down': 'The playbook ran on it not long ago, or its turn was today.',
  chronic: 'It has had several runs that did not help.',
  'other-campaign': 'A campaign has it.',
  'over-the-limit': 'There is no more room for it just now.',
};

/** A policy as it was asked for, and as the audit log keeps it. */
export function planOf({ name, plan, expiresAt }: PolicyRow): NewPolicy {
  return { name, ...plan, expiresAt: expiresAt.toISOString() };
}

export function toPolicy(row: CountedPolicyRow, matchLabel: string, now: Date): Policy {
  const { id, state, stateReason, stateBy, revision, createdBy } = row;
  const { rehearsed, begunToday, inFlight, verdicts, plan } = row;
  return {
    ...planOf(row),
    ...{ id, state, stateReason, stateBy, revision, createdBy, matchLabel },
    ...{ rehearsed, begunToday, inFlight, verdicts: { ...verdicts } },
    stateAt: row.stateAt.toISOString(),
    createdAt: row.createdAt.toISOString(),
    rehearsedAt: row.rehearsedAt?.toISOString() ?? null,
    windowOpensAt:
      openWindow(plan.windows, undefined, now) === null
        ? (nextOpening(plan.windows, undefined, now)?.toISOString() ?? null)
        : null,
  };
}
