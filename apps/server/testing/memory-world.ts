import type { CampaignPlan } from '@fleetmend/dashboard-api';
import { CampaignActionsService } from '../src/features/campaigns';
import { CampaignApproval } from '../src/features/campaigns/campaign-approval';
import { CampaignControl } from '../src/features/campaigns/campaign-control';
import { CampaignDispatcher } from '../src/features/campaigns/campaign-dispatcher';
import { CampaignEngine } from '../src/features/campaigns/campaign-engine';
import { CampaignReader } from '../src/features/campaigns/campaign-reader';
import { CampaignRollBack } from '../src/features/campaigns/campaign-roll-back';
import { DEFAULT_SETTINGS } from '../src/features/campaigns/campaign-settings.repository';
import { CampaignSettlement } from '../src/features/campaigns/campaign-settlement';
import type { CampaignRow } from '../src/features/campaigns/campaigns.repository';
import { factsOf } from '../src/features/campaigns/tallies';
import { RequestError } from '../src/platform/errors';
import { CampaignStore, type StoredRun } from './campaign-store';
import { storeRepositories } from './campaign-store-repositories';
import type { CampaignWorld, Seen, WorldOrder, WorldRequest } from './campaign-world';
import { realRequest } from './campaign-world';
import { ServerDied } from './server-died';
import type { Ending } from './test-campaigns';
import { TestClock } from './test-clock';
import { OPERATOR } from './test-fleet';

const MINUTE = 60_000;

/**
 * The real engine and all that people decide by, on a store in memory, so that a schedule is played in milliseconds.
 * What is not real: SQL, and that two do something at the very same time. The world on PostgreSQL is for that.
 */
export class MemoryWorld implements CampaignWorld {
  private readonly clock = new TestClock();
  private readonly store: CampaignStore;
  private readonly servers: Server[];
  private readonly deaths = new Map<number, number>();
  private readonly repositories: ReturnType<typeof storeRepositories>;

  constructor(
    readonly machineIds: readonly string[],
    campaign: CampaignRow,
    /** How many minutes the clock of each server is behind. */
    behind: readonly number[],
  ) {
    const { plan } = campaign;
    const sizes = plan.rollout.waves.map((amount) => ('count' in amount ? amount.count : 0));
    const targets = [...machineIds].map((machineId, position) => ({
      ...{ machineId, position, wave: waveAt(sizes, position) },
      ...{ pending: true, settled: false, attempt: 0, offers: 0, nextAttemptAt: null },
      ...{ runId: null, verdict: null },
    }));
    const numbers = [...new Set(targets.map(({ wave }) => wave))];
    this.store = new CampaignStore({
      ...{ campaign, targets, runs: [], remediations: [], undos: [] },
      moves: [
        { wave: null, from: 'draft', to: 'scheduled', actor: null, message: '', at: this.now() },
      ],
      waves: numbers.map((number) => ({
        ...{
          campaignId: campaign.id,
          number,
          state: 'planned',
          attempt: 1,
          remediationId: null,
          startedAt: null,
        },
        ...{ waitUntil: null, soakUntil: null, decidedAt: null, decision: null, evidence: null },
      })),
      ...{ online: new Set(machineIds), isStopped: false },
    });
    this.repositories = storeRepositories(this.store);
    this.servers = behind.map((minutes, index) => this.server(index, minutes));
  }

  now(): Date {
    return this.clock.now();
  }
  pass(minutes: number): void {
    this.clock.pass(minutes);
  }
  dies(server: number, steps: number): void {
    this.deaths.set(server, steps);
  }

  async connect(machineId: string, online: boolean): Promise<void> {
    await this.write(({ online: list }) => (online ? list.add(machineId) : list.delete(machineId)));
  }

  fetch(machineId: string): Promise<WorldOrder[]> {
    return this.write(({ runs, isStopped }) => {
      const waiting = runs.filter(
        (run) =>
          run.machineId === machineId &&
          (run.state === 'queued' || run.state === 'leased') &&
          run.expiresAt > this.now() &&
          (run.mode === 'undo' || run.state === 'leased' || !isStopped),
      );
      for (const run of waiting) run.state = 'leased';
      return waiting.map(({ id, expiresAt, mode }) => ({
        ...{ runId: id, expiresAt, takesBack: mode === 'undo' },
      }));
    });
  }

  begin(machineId: string, runId: string, again = false): Promise<void> {
    return this.report(machineId, runId, (run) => {
      if (again && run.events > 0) return;
      Object.assign(run, { events: run.events + 1, lastEventAt: this.now() });
      if (run.state !== 'ended') run.state = 'acting';
    });
  }

  end(machineId: string, runId: string, ending: Ending): Promise<void> {
    return this.report(machineId, runId, (run) => {
      if (run.byMachine) return;
      const { verdict, level = 'L2', code = null } = ending;
      Object.assign(run, { state: 'ended', verdict, level, code, byMachine: true });
      Object.assign(run, { events: run.events + 1, lastEventAt: this.now() });
    });
  }

  async jobs(): Promise<void> {
    const now = this.now().getTime();
    await this.write(({ runs }) => {
      for (const run of runs) {
        const expires = run.expiresAt.getTime() + (run.state === 'leased' ? 10 * MINUTE : 0);
        const waits = run.state === 'queued' || (run.state === 'leased' && run.events === 0);
        const silentFor = now - (run.lastEventAt?.getTime() ?? now);
        if (waits && expires <= now) Object.assign(run, { state: 'ended', verdict: 'expired' });
        else if (run.state !== 'ended' && silentFor >= 24 * 60 * MINUTE) {
          Object.assign(run, { state: 'ended', verdict: 'lost' });
        }
      }
    });
  }

  async advance(server: number): Promise<void> {
    await this.orDies(() => this.servers[server]?.engine.advance(this.store.rows.campaign.id));
  }

  async act(server: number, request: WorldRequest): Promise<boolean> {
    const { id, plan } = this.store.rows.campaign;
    try {
      const real = realRequest(request, plan);
      return await this.orDies(() => this.servers[server]?.actions.act(id, real, OPERATOR));
    } catch (error) {
      if (error instanceof RequestError) return false;
      throw error;
    }
  }

  async stopAll(on: boolean): Promise<void> {
    await this.write((rows) => (rows.isStopped = on));
  }

  async see(): Promise<Seen> {
    const { campaign, waves, targets, runs, moves } = this.store.rows;
    const database = null as never;
    const [groups, runGroups] = await Promise.all([
      this.repositories.targets.groups(database, []),
      this.repositories.targets.runGroups(database, []),
    ]);
    const { state, pauseReason, plan, advancedAt } = campaign;
    return {
      ...{ state, pauseReason, advancedAt, concurrency: plan.execution.concurrency },
      hardBudget: 'count' in plan.budget.hardErrors ? plan.budget.hardErrors.count : 0,
      ...{ waves: [...waves], moves: [...moves] },
      targets: targets.map((target) => ({ ...target })),
      runs: runs.map((run) => ({ ...run })),
      facts: factsOf(campaign, { groups, runGroups, waves }),
    };
  }

  private write<T>(work: (rows: CampaignStore['rows']) => T): Promise<T> {
    return this.store.inTransaction(() => Promise.resolve(work(this.store.rows)));
  }

  private report(
    machineId: string,
    runId: string,
    change: (run: StoredRun) => void,
  ): Promise<void> {
    return this.write(({ runs }) => {
      const run = runs.find(({ id }) => id === runId);
      if (run?.machineId !== machineId) throw new Error('no such run');
      change(run);
    });
  }

  /** Answers whether it was done: also by a server that died just after. */
  private async orDies(work: () => Promise<unknown> | undefined): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (error instanceof ServerDied) return error.isWritten;
      throw error;
    }
  }

  private server(index: number, behind: number): Server {
    const { campaigns, waves, targets, dispatches, undos, runs } = this.repositories;
    const { store, clock } = this;
    const own = { now: () => new Date(clock.now().getTime() - behind * MINUTE) };
    const database = {
      inTransaction: <T>(work: (transaction: object) => Promise<T>) => {
        const steps = this.deaths.get(index) ?? null;
        this.deaths.delete(index);
        return store.inTransaction(() => work({}), steps);
      },
    } as never;
    const nothing = () => Promise.resolve();
    const events = { tell: () => undefined } as never;
    const audit = { record: nothing } as never;
    const settings = { read: () => Promise.resolve(DEFAULT_SETTINGS) } as never;
    const stop = { isOn: () => Promise.resolve(store.rows.isStopped) } as never;
    const none = null as never;
    const rollBack = new CampaignRollBack(undos, waves, runs);
    const dispatcher = new CampaignDispatcher(dispatches, waves, settings, runs, stop, events);
    const engine = new CampaignEngine(
      ...([database, own, events, audit, campaigns, waves, targets, dispatches] as const),
      ...([
        new CampaignSettlement(dispatches),
        { grow: nothing } as never,
        dispatcher,
        rollBack,
      ] as const),
    );
    const reader = new CampaignReader(
      ...([
        database,
        own,
        campaigns,
        waves,
        targets,
        dispatches,
        undos,
        settings,
        none,
        runs,
        stop,
      ] as const),
    );
    reader.detail = () => Promise.resolve(none);
    const control = new CampaignControl(campaigns, waves, targets, dispatcher, reader, rollBack);
    const approval = new CampaignApproval(campaigns, waves, targets, dispatcher);
    const actions = new CampaignActionsService(
      ...([
        database,
        own,
        events,
        audit,
        campaigns,
        waves,
        reader,
        engine,
        none,
        approval,
        control,
      ] as const),
      { watchDays: 14 },
    );
    return { engine, actions };
  }
}

interface Server {
  readonly engine: CampaignEngine;
  readonly actions: CampaignActionsService;
}

function waveAt(sizes: readonly number[], position: number): number {
  let end = 0;
  for (const [index, size] of sizes.entries()) {
    end += size;
    if (position < end) return index + 1;
  }
  return sizes.length + 1;
}

/** A campaign that was just launched. */
export function launchedRow(plan: CampaignPlan, at: Date): CampaignRow {
  const { playbook, mode, fingerprintId } = plan;
  return {
    ...{ id: 'campaign', requestId: '', name: 'Model', plan, state: 'scheduled' },
    ...{ pauseReason: null, pauseMessage: null, playbook, playbookVersion: 1, mode, fingerprintId },
    ...{ failure: null, parentId: null, createdAt: at, createdBy: '', changedBy: '' },
    ...{ submittedBy: null, approvedBy: null, approvedAt: null, proposedChange: null },
    ...{ proposedReason: null, proposedBy: null, proposedAt: null, launchedAt: at, launchedBy: '' },
    ...{ startedAt: null, endedAt: null, endAt: new Date(plan.execution.endAt), advancedAt: at },
  };
}
