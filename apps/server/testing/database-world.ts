import { campaignPlanSchema } from '@fleetmend/dashboard-api';
import { randomUUID } from 'node:crypto';
import {
  CampaignActionsService,
  CampaignSettingsRepository,
  CampaignsService,
} from '../src/features/campaigns';
import { CampaignJobs } from '../src/features/campaigns/campaign-jobs';
import { CampaignReader } from '../src/features/campaigns/campaign-reader';
import { DEFAULT_SETTINGS } from '../src/features/campaigns/campaign-settings.repository';
import { CampaignsRepository } from '../src/features/campaigns/campaigns.repository';
import { EmergencyStopService } from '../src/features/runs';
import { RunJobs } from '../src/features/runs/run-jobs';
import { RequestError } from '../src/platform/errors';
import { rulesOf, type Setup } from './campaign-commands';
import {
  type CampaignWorld,
  realRequest,
  type Seen,
  type SeenRun,
  type SeenTarget,
  type WorldOrder,
  type WorldRequest,
} from './campaign-world';
import { MortalDatabase } from './mortal-database';
import { ServerDied } from './server-died';
import type { Ending } from './test-campaigns';
import { TestClock } from './test-clock';
import type { TestDatabase } from './test-database';
import { OPERATOR, runEvent, TestFleet } from './test-fleet';
import { testRuns } from './test-runs';

const MINUTE = 60_000;

/** A server's clock that is behind. */
class LateClock extends TestClock {
  constructor(
    private readonly right: TestClock,
    private readonly behind: () => number,
  ) {
    super();
  }
  override now(): Date {
    return new Date(this.right.now().getTime() - this.behind() * MINUTE);
  }
}

/** Two servers on one PostgreSQL, and machines that one campaign after the other is played on. */
export class ServersOnDatabase {
  readonly clock = new TestClock();
  readonly mortals: readonly [MortalDatabase, MortalDatabase];
  readonly fleets: readonly [TestFleet, TestFleet];
  machineIds: readonly string[] = [];
  behind = 0;

  constructor(test: TestDatabase) {
    const mortal = () => new MortalDatabase(() => test.database);
    this.mortals = [mortal(), mortal()];
    this.fleets = [
      new TestFleet(this.mortals[0], this.clock),
      new TestFleet(this.mortals[1], new LateClock(this.clock, () => this.behind)),
    ];
  }

  async open(machines: number): Promise<void> {
    for (const fleet of this.fleets) await fleet.open();
    const [fleet] = this.fleets;
    const ids = [];
    for (let index = 0; index < machines; index++) ids.push(await fleet.machine());
    this.machineIds = ids.sort();
    await fleet.database.inTransaction((transaction) =>
      fleet
        .get(CampaignSettingsRepository)
        .put(transaction, { ...DEFAULT_SETTINGS, coolDownDays: 0, chronicRuns: 100 }),
    );
  }

  async close(): Promise<void> {
    for (const fleet of this.fleets) await fleet.close();
  }

  /** Ends whatever is left of a campaign, so that the next finds its machines free. */
  async clear(campaignId: string): Promise<void> {
    for (const mortal of this.mortals) mortal.spare();
    const [fleet] = this.fleets;
    await fleet.get(EmergencyStopService).set({ on: false, reason: 'the next one' }, OPERATOR);
    await fleet.database.query(
      `UPDATE campaigns SET state = 'stopped', pause_reason = NULL WHERE id = $1`,
      [campaignId],
    );
    await fleet.database.query(
      `UPDATE campaign_undos SET given_up = 'the next one' WHERE campaign_id = $1 AND undo_run_id IS NULL`,
      [campaignId],
    );
    await fleet.database.query(
      `UPDATE runs SET state = 'ended', verdict = 'cancelled', ended_at = $1 WHERE state <> 'ended'`,
      [this.clock.now()],
    );
  }

  /** Launches a campaign on all machines. */
  async launch(setup: Setup): Promise<DatabaseWorld> {
    const id = await this.draft(setup);
    const launch = { action: 'launch' as const, expectedMachines: this.machineIds.length };
    await this.fleets[0].get(CampaignActionsService).act(id, launch, OPERATOR);
    return new DatabaseWorld(this, id);
  }

  /** Reports at a server; throws how it died, if it did. */
  async report(server: 0 | 1, machineId: string, report: object): Promise<void> {
    const ack = await this.fleets[server].submit(machineId, { ...report });
    if (ack.ok && ack.accepted.length === 1) return;
    throw this.mortals[server].death ?? new Error(JSON.stringify(ack));
  }

  /** Drafts a campaign on all machines, long after what was before. */
  async draft(setup: Setup): Promise<string> {
    const [fleet] = this.fleets;
    this.clock.pass(20 * 24 * 60);
    await fleet.database.query('UPDATE machines SET online = true, last_seen_at = $1', [
      this.clock.now(),
    ]);
    const rules = rulesOf(setup);
    const plan = campaignPlanSchema.parse({
      ...{ name: 'Model', playbook: 'reset-software-distribution', ...rules },
      targets: { source: { type: 'machines', machineIds: this.machineIds } },
      execution: { ...rules.execution, endAt: this.clock.in(setup.endHours * 60) },
    });
    const { id } = await fleet
      .get(CampaignsService)
      .create({ requestId: randomUUID(), plan, parentId: null }, OPERATOR);
    return id;
  }
}

/** A campaign on the real engine and the real database; what is not real are the machines, and the clock. */
export class DatabaseWorld implements CampaignWorld {
  private readonly fleet: TestFleet;
  private readonly since: Date;

  constructor(
    private readonly servers: ServersOnDatabase,
    readonly campaignId: string,
  ) {
    [this.fleet] = servers.fleets;
    this.since = this.now();
  }

  get machineIds(): readonly string[] {
    return this.servers.machineIds;
  }
  now(): Date {
    return this.servers.clock.now();
  }
  pass(minutes: number): void {
    this.servers.clock.pass(minutes);
  }
  dies(server: number, steps: number): void {
    this.servers.mortals[server]?.dieAt(steps, true);
  }

  async connect(machineId: string, online: boolean): Promise<void> {
    await this.fleet.database.query('UPDATE machines SET online = $2 WHERE id = $1', [
      ...[machineId, online],
    ]);
  }

  async fetch(machineId: string): Promise<WorldOrder[]> {
    const orders = await this.lives(() => testRuns(this.fleet).orders(machineId));
    return orders.map(({ jti, exp, mode }) => ({
      ...{ runId: jti, expiresAt: new Date(exp * 1000), takesBack: mode === 'undo' },
    }));
  }

  async begin(machineId: string, runId: string): Promise<void> {
    const step = { event: 'step', stepId: 'rename', section: 'acting', state: 'done' };
    await this.lives(() => this.servers.report(0, machineId, runEvent(runId, 0, step)));
  }

  async end(
    machineId: string,
    runId: string,
    { verdict, level = 'L2', code }: Ending,
  ): Promise<void> {
    const end = { event: 'verdict', verdict, level, ...(code !== undefined && { code }) };
    await this.lives(() => this.servers.report(0, machineId, runEvent(runId, 1, end)));
  }

  async jobs(): Promise<void> {
    await Promise.all(
      this.servers.fleets.map(async (fleet) => {
        await this.orDies(() => fleet.get(RunJobs).expire());
        await this.orDies(() => fleet.get(RunJobs).lose());
      }),
    );
    // What a server that died has not done is done by another.
    await this.fleet.get(RunJobs).expire();
    await this.fleet.get(RunJobs).lose();
  }

  async advance(server: number): Promise<void> {
    await this.orDies(() => this.servers.fleets[server]?.get(CampaignJobs).advanceAll());
  }

  async act(server: number, request: WorldRequest): Promise<boolean> {
    const fleet = this.servers.fleets[server] ?? this.fleet;
    const { plan } = await fleet.get(CampaignsService).find(this.campaignId, OPERATOR);
    const real = realRequest(request, plan);
    try {
      return await this.orDies(() =>
        fleet.get(CampaignActionsService).act(this.campaignId, real, OPERATOR),
      );
    } catch (error) {
      if (error instanceof RequestError) return false;
      throw error;
    }
  }

  async stopAll(on: boolean): Promise<void> {
    const stop = this.fleet.get(EmergencyStopService);
    await this.lives(() => stop.set({ on, reason: 'because of the model' }, OPERATOR));
  }

  async see(): Promise<Seen> {
    const { database } = this.fleet;
    const repository = this.fleet.get(CampaignsRepository);
    const campaign = await repository.find(database, this.campaignId);
    if (!campaign) throw new Error('The campaign is gone.');
    const [counted, targets, runs, moves] = await Promise.all([
      this.fleet.get(CampaignReader).count(database, campaign),
      database.query<SeenTarget>(
        `SELECT machine_id AS "machineId", wave, pending, settled, verdict, run_id AS "runId"
           FROM campaign_targets WHERE campaign_id = $1 ORDER BY position`,
        [this.campaignId],
      ),
      database.query<SeenRun>(
        `SELECT r.id, r.machine_id AS "machineId", cr.wave, cr.wave_attempt AS "waveAttempt", cr.attempt, r.state,
                r.verdict, r.undoes, r.events, r.expires_at AS "expiresAt"
           FROM runs r LEFT JOIN campaign_runs cr ON cr.run_id = r.id WHERE r.created_at >= $1 ORDER BY r.id`,
        [this.since],
      ),
      repository.moves(database, this.campaignId, { limit: 1000 }),
    ]);
    const { state, pauseReason, plan, advancedAt } = campaign;
    const { hardErrors } = plan.budget;
    return {
      ...{ state, pauseReason, advancedAt, targets, runs, moves: moves.reverse() },
      concurrency: plan.execution.concurrency,
      hardBudget: 'count' in hardErrors ? hardErrors.count : 0,
      ...{ waves: counted.waves, facts: counted.facts },
    };
  }

  /** What is asked of the first server by machines: they ask again when it dies. */
  private async lives<T>(work: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!isDeath(error)) throw error;
      }
    }
  }

  /** Answers whether it was done: also by a server that died just after. */
  private async orDies(work: () => Promise<unknown> | undefined): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (!isDeath(error)) throw error;
      return error instanceof ServerDied && error.isWritten;
    }
  }
}

function isDeath(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.every(isDeath);
  return error instanceof ServerDied;
}
