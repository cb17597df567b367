import { Injectable } from '@nestjs/common';
import { v4 as uuidv4, v7 as uuidv7 } from 'uuid';
import type { Transaction } from '../../platform/database';
import { RunDispatcher } from '../runs';
import { CampaignUndosRepository } from './campaign-undos.repository';
import { CampaignWavesRepository } from './campaign-waves.repository';
import type { CampaignRow } from './campaigns.repository';

/** So long machines have to come for the order that takes their run back. */
const UNDO_DAYS = 14;
const DAY = 86_400_000;

/** Takes back what a campaign did: asked for once, and then seen to until every machine has had its order. */
@Injectable()
export class CampaignRollBack {
  constructor(
    private readonly repository: CampaignUndosRepository,
    private readonly waves: CampaignWavesRepository,
    private readonly runs: RunDispatcher,
  ) {}

  /** Asks for it, for one wave or all; answers for how many runs. */
  async ask(
    transaction: Transaction,
    campaign: CampaignRow,
    wave: number | null,
    actor: string,
    now: Date,
  ): Promise<number> {
    const { id, name, playbook, playbookVersion, fingerprintId, plan } = campaign;
    const remediations = await this.waves.remediations(transaction, id, wave);
    const runIds = await this.runs.reversible(transaction, remediations);
    if (runIds.length === 0) return 0;
    const remediationId = uuidv7({ msecs: now.getTime() });
    const until = new Date(now.getTime() + UNDO_DAYS * DAY);
    await this.runs.open(transaction, {
      ...{ id: remediationId, requestId: uuidv4(), playbook, playbookVersion, mode: 'undo' },
      ...{ parameters: plan.parameters, fingerprintId, overrideReason: null },
      reason: `Takes back ${wave === null ? 'all waves' : `wave ${wave}`} of campaign “${name}”`,
      ...{ createdAt: now, createdBy: actor, expiresAt: until },
    });
    await this.waves.linkRemediation(transaction, remediationId, id, wave);
    const undo = { runIds, remediationId, at: now, until };
    return this.repository.ask(transaction, id, undo);
  }

  /** Orders for those whose machine is free now; gives up those that waited too long. */
  async step(transaction: Transaction, campaignId: string, now: Date): Promise<void> {
    const open = await this.repository.open(transaction, campaignId);
    for (const [remediationId, undos] of Map.groupBy(open, (undo) => undo.remediationId)) {
      const [first] = undos;
      if (!first) continue;
      const made = await this.runs.takeBack(
        transaction,
        undos.map(({ runId }) => runId),
        { remediationId, createdAt: now, expiresAt: first.until },
      );
      await this.repository.ordered(transaction, made);
    }
    await this.repository.giveUp(transaction, campaignId, now);
  }
}
