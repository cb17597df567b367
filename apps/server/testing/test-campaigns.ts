import type { CampaignDetail, CampaignPlanInput } from '@fleetmend/dashboard-api';
import { campaignPlanSchema } from '@fleetmend/dashboard-api';
import type { Verdict, VerdictLevel } from '@fleetmend/domain';
import { randomUUID } from 'node:crypto';
import { CampaignActionsService } from '../src/features/campaigns';
import { CampaignsService } from '../src/features/campaigns';
import { CampaignJobs } from '../src/features/campaigns/campaign-jobs';
import { RunJobs } from '../src/features/runs/run-jobs';
import type { Actor } from '../src/platform/http';
import { OPERATOR, runEvent, type TestFleet } from './test-fleet';
import { testRuns } from './test-runs';

/** A second person. */
export const SECOND: Actor = {
  ...OPERATOR,
  userId: '00000000-0000-4000-8000-000000000003',
  email: 'second@example.org',
};

type Loose = Readonly<Record<string, unknown>>;

/** How a machine ends its run. */
export interface Ending {
  readonly verdict: Verdict;
  readonly level?: VerdictLevel;
  readonly code?: string;
}

/** Campaigns over failing machines, on the fleet of a spec; machines are played by their reports. */
export function testCampaigns(fleet: TestFleet) {
  const { orders, fingerprintOf } = testRuns(fleet);
  const campaigns = () => fleet.get(CampaignsService);
  const actions = () => fleet.get(CampaignActionsService);

  /** So many machines with the same open failure, of an update of their own so that campaigns don't meet. */
  async function failing(count: number) {
    const kb = `KB${Math.floor(Math.random() * 9_000_000) + 1_000_000}`;
    const machineIds: string[] = [];
    for (let index = 0; index < count; index++) {
      const machineId = await fleet.machine();
      await fleet.report(
        machineId,
        fleet.failure(-30, { update: { kb, title: 'Security update' } }),
      );
      machineIds.push(machineId);
    }
    return { machineIds, fingerprintId: await fingerprintOf(machineIds[0] ?? ''), kb };
  }

  function plan(
    target: { readonly machineIds: readonly string[]; readonly fingerprintId: string },
    more: Loose & {
      readonly gate?: Loose;
      readonly execution?: Loose;
      readonly rollout?: Loose;
    } = {},
  ): ReturnType<typeof campaignPlanSchema.parse> {
    const { gate, execution, rollout, ...rest } = more;
    const input = {
      name: 'Reset',
      playbook: 'reset-software-distribution',
      fingerprintId: target.fingerprintId,
      targets: { source: { type: 'machines', machineIds: [...target.machineIds] } },
      rollout: { waves: [{ count: 2 }, { count: 3 }], seed: 'seed', ...rollout },
      gate: {
        ...{ successPercent: 80, minimumDecided: { percent: 80 }, maximumWaitHours: 48 },
        ...{ soakHours: 2, hardErrors: { count: 1 }, sameNewError: 2, ...gate },
      },
      budget: { hardErrors: { count: 5 } },
      execution: { endAt: fleet.clock.in(14 * 24 * 60), concurrency: 50, ...execution },
      ...rest,
    } as CampaignPlanInput;
    return campaignPlanSchema.parse(input);
  }

  async function drafted(
    given: ReturnType<typeof plan>,
    actor = OPERATOR,
  ): Promise<CampaignDetail> {
    return campaigns().create({ requestId: randomUUID(), plan: given, parentId: null }, actor);
  }

  async function launched(given: ReturnType<typeof plan>): Promise<CampaignDetail> {
    const { id, machines } = await drafted(given);
    return actions().act(id, { action: 'launch', expectedMachines: machines }, OPERATOR);
  }

  const act = (id: string, request: Loose & { action: string }, actor = OPERATOR) =>
    actions().act(
      id,
      { reason: 'because of the test', ...request } as Parameters<CampaignActionsService['act']>[1],
      actor,
    );

  /** What the jobs would do about now. */
  async function advance(): Promise<void> {
    const runs = fleet.get(RunJobs);
    await runs.expire();
    await runs.lose();
    await fleet.get(CampaignJobs).advanceAll();
  }
  const find = (id: string) => campaigns().find(id, OPERATOR);

  /** Lets so many minutes pass, and the jobs with them. */
  async function pass(minutes: number): Promise<void> {
    fleet.clock.pass(minutes);
    await advance();
  }

  /** Fetches the machine's orders and begins the first; answers the run, if there is one. */
  async function begins(machineId: string): Promise<string | undefined> {
    const [order] = await orders(machineId);
    if (!order) return undefined;
    await fleet.report(
      machineId,
      runEvent(order.jti, 0, { event: 'step', stepId: 'rename', section: 'acting', state: 'done' }),
    );
    return order.jti;
  }

  /** Ends a run that was begun. A fixed machine's update installs; one that failed again says so. */
  async function ends(machineId: string, runId: string, ending: Ending): Promise<void> {
    const { verdict, level = 'L2', code } = ending;
    await fleet.report(
      machineId,
      runEvent(runId, 1, { event: 'verdict', verdict, level, ...(code !== undefined && { code }) }),
    );
  }

  /** Plays every machine that has an order, each to the end that is said for it. */
  async function play(
    machineIds: readonly string[],
    endingOf: (machineId: string, index: number) => Ending | 'silent',
  ): Promise<string[]> {
    const played: string[] = [];
    for (const machineId of machineIds) {
      const runId = await begins(machineId);
      if (runId === undefined) continue;
      const ending = endingOf(machineId, played.length);
      played.push(machineId);
      if (ending !== 'silent') await ends(machineId, runId, ending);
    }
    await advance();
    return played;
  }

  const statesOf = ({ state, pauseReason, waveList }: CampaignDetail) => ({
    campaign: pauseReason === null ? state : `${state} (${pauseReason})`,
    waves: waveList.map((wave) => wave.state),
  });

  return {
    ...{
      campaigns,
      failing,
      plan,
      drafted,
      launched,
      act,
      advance,
      find,
      pass,
      begins,
      ends,
      play,
    },
    ...{ statesOf, orders, fingerprintOf },
  };
}

export const FIXED: Ending = { verdict: 'fixed', level: 'L2' };
