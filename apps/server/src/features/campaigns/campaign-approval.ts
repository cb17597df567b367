import { Injectable } from '@nestjs/common';
import type { CampaignChange, CampaignPlan } from '@fleetmend/dashboard-api';
import {
  campaignLifeCycle,
  findPlaybook,
  move,
  planProblems,
  validateParameters,
} from '@fleetmend/domain';
import { RequestError } from '../../platform/errors';
import type { Decided, Effect } from './campaign-actions.service';
import { CampaignDispatcher } from './campaign-dispatcher';
import { CampaignTargetsRepository } from './campaign-targets.repository';
import { CampaignWavesRepository } from './campaign-waves.repository';
import { type CampaignRow, CampaignsRepository } from './campaigns.repository';
import { sizeOf } from './tallies';

const CHANGED_WORDS: Readonly<Record<keyof CampaignChange, string>> = {
  gate: 'the gate',
  budget: 'the budget',
  execution: 'when and how fast it runs',
  parameters: "the playbook's parameters",
  playbookVersion: 'the playbook version',
};

/** Submitting, approving by a second person, and changes of what was launched. */
@Injectable()
export class CampaignApproval {
  constructor(
    private readonly repository: CampaignsRepository,
    private readonly waves: CampaignWavesRepository,
    private readonly targets: CampaignTargetsRepository,
    private readonly dispatcher: CampaignDispatcher,
  ) {}

  async submit({ transaction, campaign, actor }: Decided): Promise<Effect> {
    const { id, state } = campaign;
    // A rejected plan is handed in again as it is: it passes through draft, as everything does.
    const from = state === 'rejected' ? move(campaignLifeCycle, state, 'draft') : state;
    await this.repository.put(transaction, id, {
      state: move(campaignLifeCycle, from, 'pending-approval'),
      submittedBy: actor.email,
    });
    return { message: 'Submitted for approval.' };
  }

  async withdraw({ transaction, campaign }: Decided): Promise<Effect> {
    await this.repository.put(transaction, campaign.id, {
      state: move(campaignLifeCycle, campaign.state, 'draft'),
      submittedBy: null,
    });
    return { message: 'Withdrawn from approval.' };
  }

  async approve({ transaction, campaign, actor, now }: Decided): Promise<Effect> {
    requireSecondPerson(actor.email, [campaign.submittedBy, campaign.changedBy]);
    await this.repository.put(transaction, campaign.id, {
      state: move(campaignLifeCycle, campaign.state, 'approved'),
      ...{ approvedBy: actor.email, approvedAt: now },
    });
    return { message: 'Approved.' };
  }

  async reject({ transaction, campaign, actor }: Decided): Promise<Effect> {
    requireSecondPerson(actor.email, [campaign.submittedBy, campaign.changedBy]);
    await this.repository.put(transaction, campaign.id, {
      state: move(campaignLifeCycle, campaign.state, 'rejected'),
    });
    return { message: 'Rejected.' };
  }

  /** Changes a launched campaign at once, or, where a second person is wanted, pauses it until they have agreed. */
  async change(decided: Decided, change: CampaignChange, reason: string): Promise<Effect> {
    const { transaction, campaign, actor, now, approvalNeeded } = decided;
    await this.check(decided, change);
    if (!approvalNeeded) return this.apply(decided, change);
    await this.repository.put(transaction, campaign.id, {
      proposedChange: {
        change,
        ...{ pausedFor: campaign.pauseReason, pausedMessage: campaign.pauseMessage },
      },
      ...{ proposedReason: reason, proposedBy: actor.email, proposedAt: now },
      ...{ state: 'paused', pauseReason: 'awaiting-approval' },
      pauseMessage: `${actor.email} wants to change it.`,
    });
    await this.dispatcher.withdraw(
      transaction,
      campaign.id,
      `The campaign “${campaign.name}” is paused.`,
      now,
    );
    return { message: 'A change was proposed.', after: change };
  }

  async approveChange(decided: Decided): Promise<Effect> {
    const { campaign, actor } = decided;
    const proposed = campaign.proposedChange;
    if (!proposed) throw new RequestError('not-open', 'No change is proposed.');
    requireSecondPerson(actor.email, [campaign.proposedBy]);
    await this.check(decided, proposed.change);
    const restored = await this.restore(decided);
    const effect = await this.apply({ ...decided, campaign: restored }, proposed.change);
    return { ...effect, message: `Approved the change: ${effect.message}` };
  }

  async rejectChange(decided: Decided): Promise<Effect> {
    await this.restore(decided);
    return { message: 'The change was rejected.' };
  }

  /** The campaign as it was before the change was proposed. */
  private async restore({ transaction, campaign }: Decided): Promise<CampaignRow> {
    const proposed = campaign.proposedChange;
    const pausedFor = proposed?.pausedFor ?? null;
    const changes = {
      ...{ proposedChange: null, proposedReason: null, proposedBy: null, proposedAt: null },
      state: pausedFor === null ? ('running' as const) : ('paused' as const),
      ...{ pauseReason: pausedFor, pauseMessage: proposed?.pausedMessage ?? null },
    };
    await this.repository.put(transaction, campaign.id, changes);
    return { ...campaign, ...changes };
  }

  /** Other thresholds judge an undecided wave again; another order is for what is ordered from now on. */
  private async apply(decided: Decided, change: CampaignChange): Promise<Effect> {
    const { transaction, campaign } = decided;
    const { id } = campaign;
    const plan = changed(campaign, change);
    const judgesAgain = change.gate !== undefined || change.budget !== undefined;
    const asked =
      campaign.pauseReason === 'gate-failed' ||
      campaign.pauseReason === 'inconclusive' ||
      campaign.pauseReason === 'budget';
    await this.repository.put(transaction, id, {
      ...{ plan, endAt: new Date(plan.execution.endAt) },
      playbookVersion: change.playbookVersion ?? campaign.playbookVersion,
      ...(judgesAgain && asked ? { state: 'running', pauseReason: null, pauseMessage: null } : {}),
    });
    if (change.playbookVersion !== undefined || change.parameters !== undefined) {
      await this.waves.closeRemediations(transaction, id);
    }
    if (judgesAgain) {
      for (const { number, state } of await this.waves.all(transaction, id)) {
        if (state === 'failed' || state === 'inconclusive') {
          await this.waves.put(transaction, id, number, { state: 'evaluating' });
        }
      }
    }
    return {
      message: `Changed ${Object.keys(change)
        .map((key) => CHANGED_WORDS[key as keyof CampaignChange])
        .join(
          ', ',
        )}${change.playbookVersion === undefined ? '' : ` to ${change.playbookVersion}`}.`,
      before: pick(campaign, change),
      after: change,
    };
  }

  private async check({ transaction, campaign, now }: Decided, change: CampaignChange) {
    if (Object.keys(change).length === 0) {
      throw new RequestError('invalid-request', 'Nothing is to be changed.');
    }
    const plan = changed(campaign, change);
    const version = change.playbookVersion ?? campaign.playbookVersion;
    const playbook = findPlaybook(campaign.playbook, version);
    const parameters = playbook && validateParameters(playbook, plan.parameters);
    const groups = await this.targets.groups(transaction, [campaign.id]);
    const open = (await this.waves.all(transaction, campaign.id)).filter(
      ({ state }) => state !== 'passed' && state !== 'skipped',
    );
    const sizes = open.map(({ number }) => sizeOf(groups.filter(({ wave }) => wave === number)));
    // A hold-out or a start that is over by now was in order when it was launched, and so was a draw of which every wave
    // is over: its budget can still be changed.
    const { dynamicUntil } = plan.targets;
    const waves = open.length === 0 ? [] : plan.rollout.waves;
    const rules = { ...plan, dynamicUntil, rollout: { ...plan.rollout, waves, holdOut: null } };
    const problems = [
      ...(playbook
        ? []
        : [{ path: 'playbookVersion', message: `There is no version ${version} of it.` }]),
      ...(parameters?.ok === false
        ? parameters.problems.map((message) => ({ path: 'parameters', message }))
        : []),
      ...planProblems(rules, sizes, now),
    ];
    if (problems.length === 0) return;
    throw new RequestError('invalid-request', 'The change can not be carried out as it is.', {
      problems: problems.map(({ path, message }) => ({ path: `change.${path}`, message })),
    });
  }
}

function changed(campaign: CampaignRow, change: CampaignChange): CampaignPlan {
  return {
    ...campaign.plan,
    parameters: parametersFor(campaign, change),
    ...Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)),
  };
}

/**
 * The campaign's parameters for another version of its playbook: one that this version does not know is left away where
 * it only says what goes without saying. Where it says more, it stays, and is refused.
 */
function parametersFor({ playbook, playbookVersion, plan }: CampaignRow, change: CampaignChange) {
  const next = findPlaybook(playbook, change.playbookVersion ?? playbookVersion);
  const before = findPlaybook(playbook, playbookVersion);
  return Object.fromEntries(
    Object.entries(plan.parameters).filter(
      ([name, value]) =>
        !next ||
        next.parameters.some((parameter) => parameter.name === name) ||
        before?.parameters.find((parameter) => parameter.name === name)?.default !== value,
    ),
  );
}

function pick(campaign: CampaignRow, change: CampaignChange): Record<string, unknown> {
  return Object.fromEntries(
    Object.keys(change).map((key) => [
      key,
      key === 'playbookVersion'
        ? campaign.playbookVersion
        : campaign.plan[key as Exclude<keyof CampaignChange, 'playbookVersion'>],
    ]),
  );
}

function requireSecondPerson(email: string, first: readonly (string | null)[]): void {
  if (!first.includes(email)) return;
  throw new RequestError('forbidden', 'A second person must decide this: you had it made.');
}
