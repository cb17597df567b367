import {
  type CampaignDetail,
  type CampaignPlanInput,
  campaignPlanSchema,
} from '@fleetmend/dashboard-api';
import type { Verdict } from '@fleetmend/domain';
import type { RunTruth, VirtualFleet, VirtualFleetPlan } from '@fleetmend/simulation';
import { randomUUID } from 'node:crypto';
import { CampaignActionsService, CampaignsService } from '../src/features/campaigns';
import { CampaignJobs } from '../src/features/campaigns/campaign-jobs';
import { OPERATOR, type TestFleet } from './test-fleet';
import { virtualFleet } from './virtual-fleet';
import type { VirtualPort } from './virtual-port';

/** How targets stand, as far as it is decided, and all others together. */
export interface Recount {
  success: number;
  hard: number;
  soft: number;
  rest: number;
}

type Part = 'rollout' | 'gate' | 'budget' | 'execution';
type Change = Partial<Omit<CampaignPlanInput, Part>> & {
  readonly [P in Part]?: Partial<CampaignPlanInput[P]>;
};

/** The product's table of outcomes, for a gate that wants L1; written down a second time on purpose. */
const OUTCOMES: Partial<Record<Verdict, Exclude<keyof Recount, 'rest'>>> = {
  ...{ fixed: 'success', superseded: 'success', 'scan-ok-not-installed': 'success' },
  ...{ 'step-failed': 'hard', 'rolled-back': 'hard', 'new-error': 'hard', lost: 'hard' },
  ...{ 'same-error': 'soft', recurred: 'soft' },
};

const SILENCE = 24 * 3_600_000;

/** A campaign over a virtual fleet that has one failure: launched, played, and recounted from what machines know. */
export class CampaignPlay {
  private constructor(
    private readonly fleet: TestFleet,
    readonly virtual: VirtualFleet,
    readonly port: VirtualPort,
    readonly id: string,
    /** When it was launched, in milliseconds since 1970. */
    readonly start: number,
  ) {}

  static async launched(
    fleet: TestFleet,
    machines: Partial<VirtualFleetPlan> & Pick<VirtualFleetPlan, 'machines'>,
    change: Change = {},
  ): Promise<CampaignPlay> {
    const advance = { everyMinutes: 0, run: () => fleet.get(CampaignJobs).advanceAll() };
    const { virtual, port } = virtualFleet(fleet, { restMinutes: 15, ...machines }, [advance]);
    await virtual.enrol();
    const [failure] = await fleet.database.query<{ id: string }>(
      `SELECT DISTINCT fingerprint_id AS id FROM machine_fingerprints WHERE machine_id = $1`,
      [virtual.machines[0]?.id],
    );
    const plan = planOf(virtual, failure?.id ?? '', fleet.clock.in(14 * 24 * 60), change);
    const draft = await fleet
      .get(CampaignsService)
      .create({ requestId: randomUUID(), plan, parentId: null }, OPERATOR);
    const play = new CampaignPlay(fleet, virtual, port, draft.id, virtual.now);
    await play.act({ action: 'launch', expectedMachines: draft.machines });
    return play;
  }

  act(request: Readonly<Record<string, unknown>>): Promise<CampaignDetail> {
    const complete = { reason: 'decided in the play', ...request };
    return this.fleet
      .get(CampaignActionsService)
      .act(this.id, complete as Parameters<CampaignActionsService['act']>[1], OPERATOR);
  }

  find(): Promise<CampaignDetail> {
    return this.fleet.get(CampaignsService).find(this.id, OPERATOR);
  }

  /** Plays until `isSo`, which is asked every hour, so many minutes at most. */
  async until(minutes: number, isSo: () => Promise<boolean>): Promise<void> {
    let next = 0;
    await this.virtual.play(minutes, async () => {
      if (this.virtual.now < next) return false;
      next = this.virtual.now + 3_600_000;
      return isSo();
    });
  }

  /** Plays until the campaign asks a person or is over, so many minutes at most; then everybody says what waits. */
  async untilItRests(minutes: number): Promise<CampaignDetail> {
    await this.until(minutes, async () => {
      const { state } = await this.find();
      return state !== 'running' && state !== 'scheduled';
    });
    await this.virtual.gather();
    return this.find();
  }

  /** How many days of so many since the launch are not played yet. */
  daysLeft(days: number): number {
    return days - (this.virtual.now - this.start) / 86_400_000;
  }

  /** Runs whose verdict on the server is another one than that which their machines know: none. */
  async falseVerdicts(): Promise<object[]> {
    const rows = await this.fleet.database.query<{ id: string; verdict: Verdict | null }>(
      'SELECT run_id AS id, r.verdict FROM campaign_runs JOIN runs r ON r.id = run_id WHERE campaign_id = $1',
      [this.id],
    );
    const told = new Map(rows.map(({ id, verdict }) => [id, verdict]));
    return this.virtual.truths.flatMap(({ runId, verdict, isLost, begunAt }) => {
      const known = isLost ? 'lost' : (verdict ?? null);
      const server = told.get(runId);
      const isFresh = isLost && server === null && this.virtual.now - begunAt < SILENCE;
      return server === known || isFresh ? [] : [{ runId, known, server, begunAt }];
    });
  }

  /** What the machines know of the campaign's targets; of each its newest run. */
  async recount(): Promise<Recount> {
    const ids = await this.fleet.database.query<{ machineId: string }>(
      `SELECT machine_id AS "machineId" FROM campaign_targets
        WHERE campaign_id = $1 AND exclusion IS NULL AND role <> 'hold-out'`,
      [this.id],
    );
    const recount: Recount = { success: 0, hard: 0, soft: 0, rest: 0 };
    for (const { machineId } of ids) {
      const truth = this.virtual.machineOf(machineId)?.truths.at(-1);
      recount[truth === undefined ? 'rest' : this.outcomeOf(truth)] += 1;
    }
    return recount;
  }

  private outcomeOf({ verdict, isLost, begunAt }: RunTruth): keyof Recount {
    // That a machine is lost shows when it has been silent for a day.
    if (isLost) return this.virtual.now - begunAt > SILENCE ? 'hard' : 'rest';
    return (verdict && OUTCOMES[verdict]) ?? 'rest';
  }
}

/** How the server's own numbers say it. */
export function recountOf({ tally }: Pick<CampaignDetail, 'tally'>): Recount {
  const { success, hard, soft, open, leftOut } = tally;
  return { success, hard, soft, rest: open + leftOut };
}

function planOf(
  virtual: VirtualFleet,
  fingerprintId: string,
  endAt: string,
  { rollout, gate, budget, execution, ...rest }: Change,
) {
  const machineIds = virtual.machines
    .filter(({ profile }) => !profile.hostname.endsWith('-COPY'))
    .map(({ id }) => id);
  return campaignPlanSchema.parse({
    ...{ name: 'Play', playbook: 'reset-software-distribution', fingerprintId },
    targets: { source: { type: 'machines', machineIds } },
    rollout: { waves: [{ count: 40 }, { percent: 30 }], seed: 'play', ...rollout },
    gate: {
      ...{ successPercent: 65, minimumDecided: { percent: 60 }, maximumWaitHours: 96 },
      ...{ soakHours: 12, hardErrors: { percent: 20 }, sameNewError: 5, ...gate },
    },
    budget: { hardErrors: { percent: 50 }, ...budget },
    execution: { endAt, concurrency: 200, ...execution },
    ...rest,
  });
}
