import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { ClientUpdateReport } from '@fleetmend/client-protocol';
import { clientUpdateLifeCycle, speaksAgainstRelease } from '@fleetmend/domain';
import { Clock } from '../../platform/clock';
import { Database, type Transaction } from '../../platform/database';
import { Events } from '../../platform/events';
import { Jobs } from '../../platform/jobs';
import { AuditService } from '../audit';
import {
  MachineUpdatesRepository,
  type UpdateCount,
  type UpdateMove,
} from './machine-updates.repository';
import { OffersService } from './offers.service';
import { ReleasesRepository } from './releases.repository';

/** Something that a machine told of its own update. */
export interface ReportedUpdate {
  readonly machineId: string;
  readonly report: ClientUpdateReport;
}

/** A machine that installs and is not heard of for so long, in ms, has not come back. */
const SILENCE = 60 * 60_000;
const AT_ONCE = 500;

/** How many machines speak against their release. */
export function failuresAmong(counts: readonly UpdateCount[]): number {
  return counts
    .filter(({ state, reason }) => speaksAgainstRelease(state, reason))
    .reduce((sum, { machines }) => sum + machines, 0);
}

/** Follows what becomes of releases on machines, and halts a rollout that does harm. */
@Injectable()
export class RolloutWatchService implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly releases: ReleasesRepository,
    private readonly updates: MachineUpdatesRepository,
    private readonly offers: OffersService,
    private readonly audit: AuditService,
    private readonly events: Events,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.jobs.add({
      id: 'releases.lose',
      everySeconds: 60,
      timeoutSeconds: 60,
      run: async (signal) => {
        while (!signal.aborted && (await this.lose()) === AT_ONCE);
      },
    });
  }

  /** Moves updates by what machines tell. Of a release that a machine was never offered it can tell nothing. */
  async record(
    transaction: Transaction,
    reported: readonly ReportedUpdate[],
    now: Date,
  ): Promise<void> {
    const named = reported.map(({ machineId, report }) => ({
      releaseId: report.releaseId,
      machineId,
    }));
    const known = await this.updates.lock(transaction, named);
    const standing = new Map(known.map((row) => [keyOf(row), row.state]));
    const moves = new Map<string, UpdateMove>();
    for (const { machineId, report } of reported) {
      const { releaseId, state, reason = null, message } = report;
      const key = keyOf({ releaseId, machineId });
      const from = standing.get(key);
      if (from === undefined || !clientUpdateLifeCycle.allows(from, state)) continue;
      standing.set(key, state);
      moves.set(key, { releaseId, machineId, state, reason, message });
    }
    await this.follow(transaction, [...moves.values()], now);
  }

  /** Gives up machines that have not come back; answers how many. */
  lose(): Promise<number> {
    const now = this.clock.now();
    return this.database.inTransaction(async (transaction) => {
      const since = new Date(now.getTime() - SILENCE);
      const silent = await this.updates.lockSilent(transaction, since, AT_ONCE);
      const message = 'The machine went to install the release and has not been heard of since.';
      const moves = silent.map(({ releaseId, machineId }): UpdateMove => {
        return { releaseId, machineId, state: 'lost', reason: null, message };
      });
      await this.follow(transaction, moves, now);
      return silent.length;
    });
  }

  private async follow(
    transaction: Transaction,
    moves: readonly UpdateMove[],
    now: Date,
  ): Promise<void> {
    if (moves.length === 0) return;
    await this.updates.move(transaction, moves, now);
    const against = moves.filter(({ state, reason }) => speaksAgainstRelease(state, reason));
    for (const id of new Set(against.map(({ releaseId }) => releaseId))) {
      await this.judge(transaction, id);
    }
    this.events.tell(transaction, 'list-changed', { list: 'releases' });
    const machineIds = moves.map(({ machineId }) => machineId);
    this.events.tell(transaction, 'machines-changed', { machineIds });
  }

  /** Halts the release when too many machines speak against it. */
  private async judge(transaction: Transaction, id: string): Promise<void> {
    const release = await this.releases.lock(transaction, id);
    if (release?.state !== 'rolling' && release?.state !== 'paused') return;
    const failures = failuresAmong(await this.updates.counts(transaction, id));
    if (failures < release.haltAfter) return;
    const haltReason = `Halted by itself: ${failures} ${failures === 1 ? 'machine' : 'machines'} failed with it or did not come back.`;
    await this.releases.decide(transaction, id, { ...release, state: 'halted', haltReason });
    await this.audit.record(transaction, {
      actor: 'system',
      action: 'release.halted',
      subjectType: 'release',
      subjectId: id,
      summary: `The rollout of client ${release.version} (${release.architecture}) was halted`,
      before: { state: release.state },
      after: { state: 'halted', haltReason },
    });
    transaction.afterCommit(() => {
      this.offers.forget();
    });
  }
}

function keyOf({ releaseId, machineId }: Pick<UpdateMove, 'releaseId' | 'machineId'>): string {
  return `${releaseId} ${machineId}`;
}
