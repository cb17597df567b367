import { type CampaignPlan, campaignPlanSchema } from '@fleetmend/dashboard-api';
import type * as z from 'zod';
import type { Problem } from '../../api/api-error';
import { sentence } from './sentence';

/** A plan that fits the contract, or what keeps it from that, field by field. */
export type ParsedPlan =
  | { readonly plan: CampaignPlan; readonly problems: readonly [] }
  | { readonly plan: null; readonly problems: readonly Problem[] };

const MISSING: Readonly<Record<string, string>> = {
  name: 'Give it a name of up to 100 characters.',
  playbook: 'Choose a playbook.',
  overrideReason: 'Give a reason of 3 to 500 characters.',
  'targets.source': 'Choose which machines.',
  'rollout.seed': 'The draw needs something to start from.',
  'rollout.waves': 'There must be at least one wave.',
};

/** Parses what {@link planOf} made, and says what is wrong in words. */
export function parsePlan(value: unknown): ParsedPlan {
  const parsed = campaignPlanSchema.safeParse(value);
  if (parsed.success) return { plan: parsed.data, problems: [] };
  const problems = parsed.error.issues.map((issue) => {
    const path = issue.path.join('.');
    return { path, message: MISSING[path] ?? words(path, issue) };
  });
  return { plan: null, problems };
}

function words(path: string, issue: z.core.$ZodIssue): string {
  if (/(At|[uU]ntil)$/.test(path)) return 'Enter a date and a time.';
  if (path.endsWith('verdicts')) return 'Choose at least one result.';
  switch (issue.code) {
    case 'too_small':
      return issue.origin === 'string'
        ? `At least ${issue.minimum} characters.`
        : `At least ${issue.minimum}.`;
    case 'too_big':
      return issue.origin === 'string'
        ? `At most ${issue.maximum} characters.`
        : `At most ${issue.maximum.toLocaleString('en')}.`;
    case 'invalid_union':
      return 'Enter a number of machines, or 0 to 100 percent.';
    case 'invalid_type':
      return issue.expected === 'int' ? 'Enter a whole number.' : 'Enter a number.';
    default:
      return sentence(issue.message);
  }
}
