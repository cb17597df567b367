import type { CampaignActionRequest } from '@fleetmend/dashboard-api';
import { randomUUID } from 'node:crypto';
import { ServersOnDatabase } from '../../../testing/database-world';
import { ServerDied } from '../../../testing/server-died';
import { testDatabase } from '../../../testing/test-database';
import { OPERATOR, runEvent, type TestFleet } from '../../../testing/test-fleet';
import { testRuns } from '../../../testing/test-runs';
import { RunJobs } from '../runs/run-jobs';
import { CampaignActionsService } from './campaign-actions.service';
import { CampaignEngine } from './campaign-engine';
import { CampaignsService } from './campaigns.service';

/** What is written of everything that a campaign touches. */
const TABLES = [
  ...['campaigns', 'campaign_waves', 'campaign_targets', 'campaign_runs', 'campaign_moves'],
  ...['campaign_undos', 'remediations', 'runs', 'run_moves', 'run_events', 'audit_entries'],
];

type Work = (fleet: TestFleet, server: 0 | 1) => Promise<unknown>;

/** Real: PostgreSQL, and two servers on it from the doors down. Played: the machines, persons, and the clock. */
describe('a server that dies at any statement of a campaign', () => {
  let servers: ServersOnDatabase | undefined = undefined;
  afterAll(() => servers?.close());
  const opened = (servers = new ServersOnDatabase(testDatabase()));
  beforeAll(() => opened.open(6));

  const written = async () => {
    const each = TABLES.map(
      (table) => `SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) AS hash FROM ${table} t`,
    );
    return opened.fleets[0].database.query(each.join(' UNION ALL '));
  };
  const deaths = { before: 0, after: 0 };

  /** Does it on a server that lives. */
  async function alive(work: Work): Promise<void> {
    await work(opened.fleets[0], 0);
  }

  /**
   * Does it on a server that dies at its first statement, then on another that dies at its second, and so on; the last
   * one dies when all is written, and tells nobody. Of those before nothing may be left.
   */
  async function dying(work: Work, isAskedAgain: boolean): Promise<void> {
    const before = await written();
    for (let statement = 1; ; statement++) {
      const server = statement % 2 === 0 ? 1 : 0;
      opened.mortals[server].dieAt(statement, true);
      const death = await work(opened.fleets[server], server).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (!(death instanceof ServerDied)) throw new Error('It did not die.', { cause: death });
      if (death.isWritten) break;
      deaths.before += 1;
      expect(await written()).toEqual(before);
    }
    deaths.after += 1;
    // Nobody has heard of it: whoever asked asks again, and that changes nothing.
    if (isAskedAgain) await work(opened.fleets[0], 0);
  }

  /** A campaign from its launch to its end: failures, a lost machine, decisions, and a wave that is taken back. */
  async function play(does: (work: Work, isAskedAgain: boolean) => Promise<void>) {
    const id = await opened.draft({
      ...{ waves: [1, 2], concurrency: 2, hardErrors: 0, budget: 3, successPercent: 50 },
      ...{ soakHours: 2, maximumWaitHours: 48, attempts: 2, endHours: 300 },
    });
    const act = (action: string, more: object = {}) =>
      does((fleet) => {
        const request = { action, reason: 'because of the test', ...more } as CampaignActionRequest;
        return fleet.get(CampaignActionsService).act(id, request, OPERATOR);
      }, false);
    const advance = () => does((fleet) => fleet.get(CampaignEngine).advance(id), true);
    const pass = async (minutes: number) => {
      opened.clock.pass(minutes);
      await does((fleet) => fleet.get(RunJobs).expire(), true);
      await does((fleet) => fleet.get(RunJobs).lose(), true);
      await advance();
    };
    const membersOf = async (wave: number) => {
      const query = { wave, state: 'all' as const, limit: 10 };
      const { items } = await opened.fleets[0].get(CampaignsService).targetPage(id, query);
      return items.map(({ machineId }) => machineId);
    };
    const begins = async (machineId: string) => {
      let runId = '';
      await does(async (fleet) => {
        const [order] = await testRuns(fleet).orders(machineId);
        runId = order?.jti ?? '';
      }, true);
      if (runId === '') throw new Error(`${machineId} has no order.`);
      const step = { event: 'step', stepId: 'rename', section: 'acting', state: 'done' };
      const report = { id: randomUUID(), ...runEvent(runId, 0, step) };
      await does((_, server) => opened.report(server, machineId, report), true);
      return runId;
    };
    const ends = async (machineId: string, runId: string, verdict: string, level = 'L2') => {
      const report = {
        id: randomUUID(),
        ...runEvent(runId, 1, { event: 'verdict', verdict, level }),
      };
      await does((_, server) => opened.report(server, machineId, report), true);
    };

    await act('launch', { expectedMachines: 6 });
    const [canary = ''] = await membersOf(1);
    await ends(canary, await begins(canary), 'fixed');
    await advance();
    await pass(121);

    // The second wave: a machine that doesn't fetch its order in time, and one that fails twice.
    const [late = '', bad = ''] = await membersOf(2);
    await ends(bad, await begins(bad), 'step-failed', 'L0');
    await advance();
    await pass(16);
    await pass(11);
    await ends(late, await begins(late), 'fixed');
    await ends(bad, await begins(bad), 'step-failed', 'L0');
    await advance();
    await act('retry-wave', { wave: 2 });
    await ends(bad, await begins(bad), 'fixed');
    await advance();
    await pass(121);

    // The third: paused in the middle, and a machine that is lost before it says how it went.
    const [silent = '', paused = '', last = ''] = await membersOf(3);
    const lost = await begins(silent);
    await act('pause');
    await act('resume');
    await ends(paused, await begins(paused), 'fixed');
    await advance();
    await pass(25 * 60);
    const { gate } = (await opened.fleets[0].get(CampaignsService).find(id, OPERATOR)).plan;
    await act('change', { change: { gate: { ...gate, hardErrors: { count: 1 } } } });
    await ends(silent, lost, 'fixed');
    await pass(11);
    await ends(last, await begins(last), 'fixed');
    await advance();
    await pass(121);
    await act('roll-back', { wave: 1 });
    await ends(canary, await begins(canary), 'undone', 'L0');
    return outcome(id);
  }

  /** How it went, without what differs between any two campaigns. */
  async function outcome(id: string) {
    const { database } = opened.fleets[0];
    const service = opened.fleets[0].get(CampaignsService);
    const { state, tally, waveList, rollBack } = await service.find(id, OPERATOR);
    const { items } = await service.feed(id, { limit: 100 });
    const tries = await database.query(
      `SELECT r.machine_id, cr.wave, cr.wave_attempt, cr.attempt, r.verdict, r.events
         FROM runs r LEFT JOIN campaign_runs cr ON cr.run_id = r.id JOIN remediations m ON m.id = r.remediation_id
        WHERE m.campaign_id = $1 ORDER BY r.machine_id, cr.wave_attempt, cr.attempt, r.created_at, r.verdict`,
      [id],
    );
    const audit = await database.query(
      'SELECT action, count(*)::int AS entries FROM audit_entries WHERE subject_id = $1 GROUP BY 1 ORDER BY 1',
      [id],
    );
    return {
      ...{ state, tally, rollBack, tries, audit },
      waves: waveList.map((wave) => [wave.state, wave.attempt, wave.tally]),
      feed: items.map(({ wave, from, to, message }) => [wave, from, to, message]),
    };
  }

  it('loses nothing and doubles nothing, whichever it is', async () => {
    const expected = await play(alive);
    expect(expected).toMatchObject({ state: 'completed', rollBack: { asked: 1, done: 1 } });
    expect(await play(dying)).toEqual(expected);
    expect(deaths.after).toBeGreaterThan(50);
    expect(deaths.before).toBeGreaterThan(300);
  }, 120_000);
});
