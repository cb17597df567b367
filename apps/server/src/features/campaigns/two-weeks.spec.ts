import { parseFaultProfile } from '@fleetmend/simulation';
import { CampaignPlay, recountOf } from '../../../testing/campaign-play';
import { testFleet } from '../../../testing/test-fleet';
import { DAY, HOUR } from '../../../testing/virtual-fleet';

// Real: the server from its services down to PostgreSQL. Virtual: machines, their people's habits, and time.

/** With `FLEETMEND_FULL_PLAYS=1` all 5,000 machines play, which takes some minutes; else a tenth of them. */
const MACHINES = process.env['FLEETMEND_FULL_PLAYS'] === '1' ? 5000 : 500;

const RESET = 'reset-software-distribution';
const PROFILES = [
  ...['flapping=0.02', 'lying-success=0.02', 'lost-after-step-3=0.005', 'slow=0.05'],
  ...['cloned=0.01', 'offline-for-days=0.05', 'fails-again=0.02', 'new-error=0.01'],
  `bad-version:${RESET}@2=0.7`,
].map(parseFaultProfile);

describe('two weeks of a campaign over a fleet of offices, with a bad playbook version in wave 2', () => {
  const fleet = testFleet();

  it('stop by the gate, go on after a decision, and end with the numbers that the machines know', async () => {
    const play = await CampaignPlay.launched(
      fleet,
      {
        ...{ seed: 'two weeks', machines: MACHINES, profiles: PROFILES },
        ...{ hasHabits: true, tickMinutes: 15, restMinutes: 30 },
      },
      {
        playbookVersion: 1,
        rollout: { waves: [{ percent: 8 }, { percent: 14 }, { percent: 30 }] },
        gate: {
          ...{ minimumDecided: { percent: 50 }, hardErrors: { percent: 20 } },
          ...{ maximumWaitHours: 30, soakHours: 6 },
          // A count, which has to grow with the fleet as the percentages do.
          sameNewError: MACHINES / 100,
        },
        budget: { hardErrors: { percent: 18 } },
        execution: {
          ...{ concurrency: MACHINES / 10, siteConcurrency: MACHINES / 20 },
          windows: [{ cron: '0 6 * * *', durationMinutes: 14 * HOUR, timeZone: 'UTC' }],
        },
      },
    );
    const wave = async (number: number) => (await play.find()).waveList[number - 1];
    await play.until(5 * DAY, async () => (await wave(1))?.soakUntil !== null);
    expect(await wave(1)).toMatchObject({ state: 'soaking' });
    await play.act({ action: 'change', change: { playbookVersion: 2 } });

    const failed = await play.untilItRests(4 * DAY);
    expect(failed).toMatchObject({ state: 'paused', pauseReason: 'gate-failed' });
    expect(failed.waveList.map(({ state }) => state)).toEqual([
      ...['passed', 'failed', 'planned', 'planned'],
    ]);
    expect(recountOf(failed)).toEqual(await play.recount());
    const bad = play.virtual.truths.filter(({ version }) => version === 2);
    // The second wave, and who was late in the first; nobody of the third.
    expect(bad.length).toBeLessThanOrEqual(MACHINES * 0.22);
    // Paused is paused: a day later nobody else was touched.
    const touched = play.virtual.truths.length;
    await play.virtual.play(DAY);
    expect(play.virtual.truths).toHaveLength(touched);

    await play.act({ action: 'change', change: { playbookVersion: 1 } });
    await play.act({ action: 'retry-wave', wave: 2 });
    // Over the weekend hardly anybody is there: the campaign asks, and is told to wait.
    let asked = 0;
    for (let left = play.daysLeft(14); left > 0; left = play.daysLeft(14)) {
      const { pauseReason, wave } = await play.untilItRests(left * DAY);
      if (pauseReason !== 'inconclusive' || wave === null) break;
      asked += 1;
      await play.act({ action: 'wait-longer', wave, hours: 48 });
    }
    expect(asked).toBeGreaterThan(0);
    await play.virtual.play(play.daysLeft(14) * DAY);
    await play.virtual.gather();

    const ended = await play.find();
    expect(play.virtual.refusals).toEqual([]);
    expect(await play.falseVerdicts()).toEqual([]);
    expect(recountOf(ended)).toEqual(await play.recount());
    expect(ended.state).toBe('completed-with-failures');
    expect(ended.tally).toMatchObject({ pending: 0, inFlight: 0 });
    expect(ended.tally.success).toBeGreaterThan(MACHINES * 0.6);
  }, 1_200_000);
});
