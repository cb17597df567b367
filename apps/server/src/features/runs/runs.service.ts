import { Inject, Injectable } from '@nestjs/common';
import type { FetchOrdersAck } from '@fleetmend/client-protocol';
import type { Page, Run, RunDetail, RunQuery } from '@fleetmend/dashboard-api';
import { v4 as uuidv4, v7 as uuidv7 } from 'uuid';
import { Clock } from '../../platform/clock';
import { CONFIG, type Config } from '../../platform/config';
import { Database } from '../../platform/database';
import { notFound, RequestError } from '../../platform/errors';
import { Events } from '../../platform/events';
import type { Actor } from '../../platform/http';
import { pageFrom } from '../../platform/paging';
import { AuditService } from '../audit';
import { OrderSigner } from '../enrolment';
import { OrdersRepository, type WaitingRun } from './orders.repository';
import { RunDispatcher } from './run-dispatcher';
import { RunMover, tellRunsChanged } from './run-mover';
import { RunStandingRepository } from './run-standing.repository';
import { canCancel, canUndo, toRun, toRunDetail } from './runs.mapper';
import { type RunRow, RunsRepository } from './runs.repository';

/** How long an order to take something back waits for its machine. */
const UNDO_EXPIRES_AFTER = 72 * 3_600_000;

/** Single runs: what they did, their orders, cancelling and taking back. */
@Injectable()
export class RunsService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly events: Events,
    private readonly audit: AuditService,
    private readonly signer: OrderSigner,
    private readonly repository: RunsRepository,
    private readonly dispatcher: RunDispatcher,
    private readonly orders: OrdersRepository,
    private readonly standing: RunStandingRepository,
    private readonly mover: RunMover,
    @Inject(CONFIG) private readonly config: Pick<Config, 'watchDays'>,
  ) {}

  /** The signed orders that wait for a machine. Those that it fetched before and has not begun are among them. */
  async ordersFor(machineId: string): Promise<FetchOrdersAck> {
    const now = this.clock.now();
    const waiting = await this.database.inTransaction(async (transaction) => {
      const claimed = await this.orders.claim(transaction, machineId, now);
      const leased = claimed.filter(({ state }) => state === 'queued');
      tellRunsChanged(this.events, transaction, leased);
      return claimed;
    });
    return { ok: true, orders: await Promise.all(waiting.map((run) => this.sign(run, now))) };
  }

  private sign(run: WaitingRun, now: Date): Promise<string> {
    return this.signer.sign({
      aud: run.machineId,
      jti: run.id,
      iat: Math.floor(now.getTime() / 1000),
      exp: Math.floor(run.expiresAt.getTime() / 1000),
      mode: run.mode,
      playbook: run.playbook,
      playbookVersion: run.playbookVersion,
      parameters: run.parameters,
      ...(run.undoes === null ? {} : { undoes: run.undoes }),
      ...(run.failure ? { failure: run.failure } : {}),
    });
  }

  async page(query: RunQuery): Promise<Page<Run>> {
    const { rows, total } = await this.repository.page(this.database, query);
    const { watchDays } = this.config;
    return pageFrom(
      rows,
      query.limit,
      (row) => [row.sortKey, row.id],
      (row) => toRun(row, watchDays),
      total,
    );
  }

  async find(id: string): Promise<RunDetail> {
    const row = await this.row(id);
    const [steps, histories] = await Promise.all([
      this.repository.steps(this.database, id),
      this.repository.histories(this.database, id),
    ]);
    return toRunDetail(row, steps, histories, this.config.watchDays);
  }

  /** The text of a record that was saved before the run. */
  async history(runId: string, historyId: string): Promise<{ name: string; text: string }> {
    const parts = await this.repository.historyParts(this.database, runId, historyId);
    const [first] = parts;
    if (!first) throw notFound('saved record');
    return { name: first.name, text: parts.map(({ content }) => content).join('') };
  }

  /** Ends a run that its machine has not fetched. @throws `conflict` once it has. */
  async cancel(id: string, actor: Actor): Promise<RunDetail> {
    await this.database.inTransaction(async (transaction) => {
      const run = (await this.standing.lock(transaction, [id])).get(id);
      if (!run) throw notFound('run');
      if (!canCancel(run)) {
        throw new RequestError('conflict', 'The machine has fetched this order already.');
      }
      await this.mover.end(transaction, [run], {
        verdict: 'cancelled',
        message: `Cancelled by ${actor.email}.`,
        at: this.clock.now(),
      });
      await this.audit.record(transaction, {
        actor,
        action: 'run.cancelled',
        subjectType: 'run',
        subjectId: id,
        summary: 'Cancelled a run before its machine fetched it.',
      });
    });
    return this.find(id);
  }

  /** Makes the run that takes `id` back. @throws `conflict` when there is nothing to take back, or its machine is busy. */
  async undo(id: string, actor: Actor): Promise<RunDetail> {
    const run = await this.row(id);
    if (!canUndo(run)) {
      throw new RequestError('conflict', 'There is nothing of this run that could be taken back.');
    }
    const made = await this.database.inTransaction(async (transaction) => {
      const now = this.clock.now();
      const expiresAt = new Date(now.getTime() + UNDO_EXPIRES_AFTER);
      const remediationId = uuidv7({ msecs: now.getTime() });
      const { playbook, playbookVersion, parameters, fingerprintId } = run;
      await this.dispatcher.open(transaction, {
        ...{ id: remediationId, requestId: uuidv4(), playbook, playbookVersion, parameters },
        ...{ mode: 'undo', fingerprintId, overrideReason: null },
        reason: `Takes back a run on ${run.hostname}`,
        ...{ createdAt: now, createdBy: actor.email, expiresAt },
      });
      const [undo] = await this.dispatcher.takeBack(transaction, [id], {
        ...{ remediationId, createdAt: now, expiresAt },
      });
      if (!undo) {
        throw new RequestError('conflict', 'The machine has another run, or is retired.');
      }
      await this.audit.record(transaction, {
        actor,
        action: 'run.undone',
        subjectType: 'run',
        subjectId: id,
        summary: `Asked ${run.hostname} to take back ${playbook}.`,
        after: { undoRunId: undo.id },
      });
      const { machineId } = run;
      tellRunsChanged(this.events, transaction, [
        { id, remediationId: run.remediationId, machineId },
      ]);
      return undo.id;
    });
    return this.find(made);
  }

  private async row(id: string): Promise<RunRow> {
    const row = await this.repository.find(this.database, id);
    if (!row) throw notFound('run');
    return row;
  }
}
