import {
  type CampaignPlan,
  type MachineFilter,
  type RetryFailed,
  type TargetSource,
  campaignBudgetSchema,
  gateRuleSchema,
} from '@fleetmend/dashboard-api';
import type { Amount } from '@fleetmend/domain';
import { newSeed } from './new-seed';

/** The ways to say which machines. */
export const SOURCE_KINDS = ['failure', 'filter', 'picked', 'names', 'failed-of'] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];

/** Verdicts with their codes. */
export type FailedOutcomes = readonly NonNullable<RetryFailed['outcomes']>[number][];

/** Which machines. Each way keeps what it has, so that trying another one loses nothing. */
export interface DraftTargets {
  readonly kind: SourceKind;
  readonly filter: MachineFilter;
  /** Of "all that match": without these. */
  readonly except: readonly string[];
  readonly picked: readonly string[];
  /** A list of host names, and the machines it was found to mean; null = not looked up yet. */
  readonly names: string;
  readonly named: readonly string[] | null;
  readonly failedOf: string | null;
  /** Of those only some, as cells of the outcome matrix; null = all. */
  readonly failedOutcomes: FailedOutcomes | null;
  readonly dynamicUntil: string | null;
  readonly offlineDays: number | null;
}

/** A plan while it is written. What is null here is proposed, or still missing. */
export interface DraftPlan {
  readonly name: string | null;
  readonly description: string;
  readonly playbook: string | null;
  /** Null = the newest. */
  readonly playbookVersion: number | null;
  readonly parameters: CampaignPlan['parameters'];
  readonly mode: CampaignPlan['mode'];
  readonly fingerprintId: string | null;
  readonly overrideReason: string;
  readonly targets: DraftTargets;
  readonly rollout: CampaignPlan['rollout'];
  readonly gate: CampaignPlan['gate'];
  readonly budget: CampaignPlan['budget'];
  readonly execution: CampaignPlan['execution'];
}

const DAY = 24 * 60 * 60_000;

/** Five machines, then a tenth, then half; what is left over is the last wave. */
export const CAREFUL_WAVES: readonly Amount[] = [{ count: 5 }, { percent: 10 }, { percent: 50 }];

/** An instant so many days after `now` (milliseconds since 1970), at a full minute. */
export function daysFrom(now: number, days: number): string {
  return new Date(Math.floor((now + days * DAY) / 60_000) * 60_000).toISOString();
}

/** What a new campaign begins with. */
export function newDraftPlan(now: number): DraftPlan {
  return {
    name: null,
    description: '',
    playbook: null,
    playbookVersion: null,
    parameters: {},
    mode: 'execute',
    fingerprintId: null,
    overrideReason: '',
    targets: {
      kind: 'failure',
      filter: {},
      except: [],
      picked: [],
      names: '',
      named: null,
      failedOf: null,
      failedOutcomes: null,
      dynamicUntil: null,
      offlineDays: 30,
    },
    rollout: {
      waves: [...CAREFUL_WAVES],
      stratifyBy: ['site', 'os-family'],
      seed: newSeed(),
      canaries: [],
      holdOut: null,
    },
    gate: gateRuleSchema.parse({}),
    budget: campaignBudgetSchema.parse({}),
    execution: {
      startAt: null,
      endAt: daysFrom(now, 14),
      windows: [],
      concurrency: 50,
      siteConcurrency: null,
      retries: [],
    },
  };
}

/** The draft of a plan that was saved. */
export function draftOf(plan: CampaignPlan, now: number): DraftPlan {
  const fresh = newDraftPlan(now);
  const { source, dynamicUntil, offlineDays } = plan.targets;
  return {
    ...fresh,
    ...plan,
    playbookVersion: plan.playbookVersion ?? null,
    overrideReason: plan.overrideReason ?? '',
    targets: { ...withSource(fresh.targets, source), dynamicUntil, offlineDays },
  };
}

/** The targets that say `source`. */
export function withSource(targets: DraftTargets, source: TargetSource): DraftTargets {
  switch (source.type) {
    case 'machines':
      return { ...targets, kind: 'picked', picked: source.machineIds };
    case 'failed-of':
      return {
        ...targets,
        kind: 'failed-of',
        failedOf: source.campaignId,
        failedOutcomes: source.outcomes ?? null,
      };
    case 'matching': {
      const { filter, except } = source;
      const failureOnly = Object.keys(filter).join() === 'fingerprintId' && except.length === 0;
      return failureOnly
        ? { ...targets, kind: 'failure' }
        : { ...targets, kind: 'filter', filter, except };
    }
  }
}

/** What the targets say, or null as long as something of it is missing. */
export function sourceOf({ targets, fingerprintId }: DraftPlan): TargetSource | null {
  switch (targets.kind) {
    case 'failure':
      return fingerprintId === null
        ? null
        : { type: 'matching', filter: { fingerprintId }, except: [] };
    case 'filter':
      return { type: 'matching', filter: targets.filter, except: [...targets.except] };
    case 'picked':
      return machines(targets.picked);
    case 'names':
      return machines(targets.named ?? []);
    case 'failed-of':
      return targets.failedOf === null
        ? null
        : {
            type: 'failed-of',
            campaignId: targets.failedOf,
            ...(targets.failedOutcomes === null ? {} : { outcomes: [...targets.failedOutcomes] }),
          };
  }
}

function machines(ids: readonly string[]): TargetSource | null {
  return ids.length === 0 ? null : { type: 'machines', machineIds: [...ids] };
}

/** The contract's plan as far as it is written; `null` stands where something is missing. */
export function planOf(
  draft: DraftPlan,
  chosen: { readonly name: string; readonly playbook: string | null },
): unknown {
  const { targets, playbookVersion, overrideReason } = draft;
  const source = sourceOf(draft);
  return {
    name: chosen.name,
    description: draft.description,
    playbook: chosen.playbook,
    ...(playbookVersion === null ? {} : { playbookVersion }),
    parameters: draft.parameters,
    mode: draft.mode,
    fingerprintId: draft.fingerprintId,
    overrideReason: overrideReason.trim() === '' ? null : overrideReason,
    targets: {
      source,
      dynamicUntil: source?.type === 'matching' ? targets.dynamicUntil : null,
      offlineDays: targets.offlineDays,
    },
    rollout: draft.rollout,
    gate: draft.gate,
    budget: draft.budget,
    execution: draft.execution,
  };
}
