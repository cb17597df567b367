import { Injectable } from '@nestjs/common';
import type { Selection } from '@fleetmend/dashboard-api';
import { findPlaybook, isReversible } from '@fleetmend/domain';
import type { Queryable, Transaction } from '../../platform/database';
import { Events } from '../../platform/events';
import { type NewRemediationRow, RemediationsRepository } from './remediations.repository';
import { RunMover, tellRunsChanged } from './run-mover';
import { RunStandingRepository } from './run-standing.repository';
import { RunsRepository } from './runs.repository';
import { type MadeRun, type RunPlan, SelectionRepository } from './selection.repository';

/**
 * Makes runs for whoever decides which machines are to have them: people, campaigns, policies. Everything happens in the
 * caller's transaction; machines are told after its commit.
 */
@Injectable()
export class RunDispatcher {
  constructor(
    private readonly remediations: RemediationsRepository,
    private readonly selections: SelectionRepository,
    private readonly runs: RunsRepository,
    private readonly standing: RunStandingRepository,
    private readonly mover: RunMover,
    private readonly events: Events,
  ) {}

  /** Adds the remediation that runs are made under; false when its request has made one already. */
  open(transaction: Transaction, row: NewRemediationRow): Promise<boolean> {
    return this.remediations.add(transaction, row);
  }

  /** Makes a queued run for each selected machine that may have one. A machine that has another run is left out. */
  async dispatch(
    transaction: Transaction,
    selection: Selection,
    plan: RunPlan,
  ): Promise<MadeRun[]> {
    const made = await this.selections.makeRuns(transaction, selection, plan);
    const machineIds = made.map(({ machineId }) => machineId);
    const remediationIds = [plan.remediationId];
    if (machineIds.length > 0) this.events.tell(transaction, 'orders-waiting', { machineIds });
    // Nobody shows a run that has only just been made.
    this.events.tell(transaction, 'runs-changed', { runIds: [], remediationIds, machineIds });
    return made;
  }

  /** Cancels the runs of a remediation that no machine has fetched; answers their ids. Those being fetched go on. */
  async withdraw(
    transaction: Transaction,
    remediationId: string,
    because: { readonly message: string; readonly at: Date },
  ): Promise<string[]> {
    const queued = await this.standing.lockQueued(transaction, remediationId);
    await this.mover.end(transaction, queued, { verdict: 'cancelled', ...because });
    return queued.map(({ id }) => id);
  }

  /** Runs of these remediations that can be taken back. */
  async reversible(database: Queryable, remediationIds: readonly string[]): Promise<string[]> {
    const acted = await this.runs.acted(database, remediationIds);
    return acted
      .filter(({ playbook, playbookVersion }) => {
        const known = findPlaybook(playbook, playbookVersion);
        return known !== undefined && isReversible(known);
      })
      .map(({ id }) => id);
  }

  /**
   * Makes the runs that take others back, under the remediation `plan.remediationId`; answers what was made for which.
   * A run whose machine is busy or retired, or that is being taken back, is left out.
   */
  async takeBack(
    transaction: Transaction,
    runIds: readonly string[],
    plan: { readonly remediationId: string; readonly createdAt: Date; readonly expiresAt: Date },
  ): Promise<(MadeRun & { readonly undoes: string })[]> {
    const made = await this.runs.makeUndos(transaction, { ...plan, runIds });
    tellRunsChanged(
      this.events,
      transaction,
      made.map(({ id, machineId }) => ({ id, machineId, remediationId: plan.remediationId })),
    );
    if (made.length > 0) {
      this.events.tell(transaction, 'orders-waiting', {
        machineIds: made.map(({ machineId }) => machineId),
      });
    }
    return made;
  }
}
