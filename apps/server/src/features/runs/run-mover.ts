import { Injectable } from '@nestjs/common';
import { ForbiddenMove, runLifeCycle, type Verdict } from '@fleetmend/domain';
import type { Transaction } from '../../platform/database';
import { Events } from '../../platform/events';
import { type LockedRun, RunStandingRepository } from './run-standing.repository';

/** Tells who looks on that these runs are not as they were. */
export function tellRunsChanged(
  events: Events,
  transaction: Transaction,
  runs: readonly {
    readonly id: string;
    readonly remediationId: string;
    readonly machineId: string;
  }[],
): void {
  if (runs.length === 0) return;
  events.tell(transaction, 'runs-changed', {
    runIds: runs.map(({ id }) => id),
    remediationIds: [...new Set(runs.map(({ remediationId }) => remediationId))],
    machineIds: [...new Set(runs.map(({ machineId }) => machineId))],
  });
}

/** Ends runs for reasons of the server's own. What a machine tells goes through `RunProgress`. */
@Injectable()
export class RunMover {
  constructor(
    private readonly standing: RunStandingRepository,
    private readonly events: Events,
  ) {}

  /** @throws {ForbiddenMove} for a run that can't end, and then ends none. */
  async end(
    transaction: Transaction,
    runs: readonly LockedRun[],
    because: { readonly verdict: Verdict; readonly message: string; readonly at: Date },
  ): Promise<void> {
    if (runs.length === 0) return;
    const { verdict, message, at } = because;
    for (const { state } of runs) {
      if (!runLifeCycle.allows(state, 'ended')) throw new ForbiddenMove(state, 'ended');
    }
    await this.standing.put(
      transaction,
      runs.map((run) => ({
        ...run,
        ...{ state: 'ended', verdict, message, endedAt: at, verdictByMachine: false },
      })),
      runs.map((run) => ({
        ...{ runId: run.id, from: run.state, to: 'ended', verdict, reason: message, at },
      })),
    );
    tellRunsChanged(this.events, transaction, runs);
  }
}
