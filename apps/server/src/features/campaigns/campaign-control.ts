import { Injectable } from '@nestjs/common';
import { budgetBroken, campaignLifeCycle, move, waveLifeCycle } from '@fleetmend/domain';
import { RequestError } from '../../platform/errors';
import type { Decided, Effect } from './campaign-actions.service';
import { CampaignDispatcher } from './campaign-dispatcher';
import { CampaignReader } from './campaign-reader';
import { CampaignRollBack } from './campaign-roll-back';
import { isUnsuccessful } from './campaign-targeting';
import { CampaignTargetsRepository } from './campaign-targets.repository';
import { CampaignWavesRepository, type WaveRow } from './campaign-waves.repository';
import { type CampaignRow, CampaignsRepository } from './campaigns.repository';

const HOUR = 3_600_000;
/** What a person's decision about an undecided wave sets going again. */
const RUNNING = { state: 'running', pauseReason: null, pauseMessage: null } as const;

/** What people decide about a campaign that was launched. */
@Injectable()
export class CampaignControl {
  constructor(
    private readonly repository: CampaignsRepository,
    private readonly waves: CampaignWavesRepository,
    private readonly targets: CampaignTargetsRepository,
    private readonly dispatcher: CampaignDispatcher,
    private readonly reader: CampaignReader,
    private readonly rollBacks: CampaignRollBack,
  ) {}

  /** No new orders; what no machine has fetched comes back into the queue; what a machine has begun goes to its end. */
  async pause({ transaction, campaign, now }: Decided, reason: string): Promise<Effect> {
    const { id, name } = campaign;
    await this.repository.put(transaction, id, {
      state: move(campaignLifeCycle, campaign.state, 'paused'),
      ...{ pauseReason: 'manual', pauseMessage: reason },
    });
    await this.dispatcher.withdraw(transaction, id, `The campaign “${name}” is paused.`, now);
    return { message: 'Paused.' };
  }

  async resume({ transaction, campaign }: Decided): Promise<Effect> {
    const { facts } = await this.reader.count(transaction, campaign);
    const broken = budgetBroken(facts.budget, facts.machines, facts.runs);
    if (broken) {
      throw new RequestError(
        'not-open',
        `Its budget is used up: ${broken.reason} Change it first.`,
      );
    }
    await this.repository.put(transaction, campaign.id, {
      ...RUNNING,
      state: move(campaignLifeCycle, campaign.state, 'running'),
    });
    return { message: 'Resumed.' };
  }

  /** Nothing more is ordered, for good; what a machine has begun goes to its end. */
  async stop({ transaction, campaign, now }: Decided): Promise<Effect> {
    const { id, name } = campaign;
    await this.repository.put(transaction, id, {
      state: move(campaignLifeCycle, campaign.state, 'stopped'),
      ...{ pauseReason: null, pauseMessage: null, endedAt: now },
      ...{ proposedChange: null, proposedReason: null, proposedBy: null, proposedAt: null },
    });
    await this.dispatcher.withdraw(transaction, id, `The campaign “${name}” was stopped.`, now);
    const closed = await this.targets.close(
      transaction,
      id,
      { wave: null },
      { verdict: 'cancelled', message: 'The campaign was stopped before its turn.' },
    );
    return { message: `Stopped; ${machinesInWords(closed)} had not begun.` };
  }

  /** Nothing more is ordered in it; what a machine has begun goes to its end, and counts in the budget. */
  async skipWave(decided: Decided, number: number): Promise<Effect> {
    const { transaction, campaign, now } = decided;
    const wave = await this.undecided(decided, number);
    await this.waves.put(transaction, campaign.id, number, {
      state: move(waveLifeCycle, wave.state, 'skipped'),
    });
    await this.dispatcher.withdraw(transaction, campaign.id, 'Its wave was skipped.', now, number);
    const closed = await this.targets.close(
      transaction,
      campaign.id,
      { wave: number },
      { verdict: 'cancelled', message: 'Its wave was skipped.' },
    );
    await this.goOn(decided);
    return {
      message: `Skipped wave ${number}; ${machinesInWords(closed)} had not begun.`,
      wave: number,
    };
  }

  /** Those of the wave that did not end well are tried again, by the same rule, from the start. */
  async retryWave(decided: Decided, number: number): Promise<Effect> {
    const { transaction, campaign, now } = decided;
    const wave = await this.undecided(decided, number);
    const rows = await this.targets.everyone(transaction, campaign.id);
    const again = rows.filter(
      (row) =>
        row.wave === number &&
        row.standing === 'ended' &&
        row.verdict !== 'undone' &&
        // Taken out of the campaign when it was shrunk.
        row.verdict !== 'cancelled' &&
        isUnsuccessful(row, campaign.plan, undefined),
    );
    const count = await this.targets.again(
      transaction,
      campaign.id,
      number,
      again.map(({ machineId }) => machineId),
    );
    await this.waves.put(transaction, campaign.id, number, {
      state: move(waveLifeCycle, wave.state, 'dispatching'),
      ...{ attempt: wave.attempt + 1, remediationId: null, startedAt: now, soakUntil: null },
      waitUntil: new Date(now.getTime() + campaign.plan.gate.maximumWaitHours * HOUR),
      ...{ decidedAt: null, decision: null },
    });
    await this.goOn(decided);
    return { message: `Retried wave ${number} on ${machinesInWords(count)}.`, wave: number };
  }

  async waitLonger(decided: Decided, number: number, hours: number): Promise<Effect> {
    const { transaction, campaign, now } = decided;
    const wave = await this.undecided(decided, number);
    if (wave.state !== 'inconclusive') {
      throw new RequestError('not-open', `Wave ${number} was decided: waiting does not help.`);
    }
    await this.waves.put(transaction, campaign.id, number, {
      state: move(waveLifeCycle, wave.state, 'executing'),
      ...{ waitUntil: new Date(now.getTime() + hours * HOUR), soakUntil: null },
      ...{ decidedAt: null, decision: null },
    });
    await this.goOn(decided);
    return { message: `Wave ${number} is waited for ${hours} hours longer.`, wave: number };
  }

  async shrink({ transaction, campaign }: Decided, machines: number): Promise<Effect> {
    const { facts } = await this.reader.count(transaction, campaign);
    const excess = facts.machines - machines;
    if (excess <= 0) {
      throw new RequestError('invalid-request', `It has only ${facts.machines} machines.`);
    }
    const leaving = await this.targets.lastPending(transaction, campaign.id, excess);
    if (leaving.length < excess) {
      const least = facts.machines - leaving.length;
      throw new RequestError('invalid-request', `${least} machines have begun: that is the least.`);
    }
    await this.targets.close(
      transaction,
      campaign.id,
      { wave: null, machineIds: leaving },
      { verdict: 'cancelled', message: 'The campaign was shrunk before its turn.' },
    );
    return { message: `Shrunk from ${facts.machines} to ${machines} machines.` };
  }

  async rollBack(decided: Decided, wave: number | null): Promise<Effect> {
    const { transaction, campaign, actor, now } = decided;
    const runs = await this.rollBacks.ask(transaction, campaign, wave, actor.email, now);
    if (runs === 0)
      throw new RequestError('not-open', 'There is nothing that could be taken back.');
    const what = wave === null ? 'all waves' : `wave ${wave}`;
    return {
      message: `Takes back ${what}: ${runs === 1 ? '1 run' : `${runs} runs`}.`,
      ...(wave !== null && { wave }),
    };
  }

  private async undecided({ transaction, campaign }: Decided, number: number): Promise<WaveRow> {
    const waves = await this.waves.all(transaction, campaign.id);
    const wave = waves.find(({ state }) => state !== 'passed' && state !== 'skipped');
    if (wave?.number !== number) {
      const which = wave
        ? `It is wave ${wave.number} that is to be decided.`
        : 'Every wave is over.';
      throw new RequestError('not-open', which);
    }
    return wave;
  }

  /** A decision about the wave answers what the campaign was paused for; a pause by hand stays. */
  private async goOn({ transaction, campaign }: Decided): Promise<void> {
    if (!isAsking(campaign)) return;
    await this.repository.put(transaction, campaign.id, RUNNING);
  }
}

function machinesInWords(machines: number): string {
  return machines === 1 ? '1 machine' : `${machines} machines`;
}

function isAsking({ pauseReason }: CampaignRow): boolean {
  return pauseReason === 'gate-failed' || pauseReason === 'inconclusive';
}
