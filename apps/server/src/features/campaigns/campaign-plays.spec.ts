import { parseFaultProfile } from '@fleetmend/simulation';
import { CampaignPlay, recountOf } from '../../../testing/campaign-play';
import { testFleet } from '../../../testing/test-fleet';
import { DAY } from '../../../testing/virtual-fleet';

// Whole campaigns over virtual fleets. Real: the server from its services down to PostgreSQL. Virtual: machines and time.

/** With `FLEETMEND_FULL_PLAYS=1` a thousand machines play each profile, which takes ten minutes; else fewer. */
const MACHINES = process.env['FLEETMEND_FULL_PLAYS'] === '1' ? 1000 : 150;
const FIRST_WAVE = 40;

/** What a play must come to: completed, or stopped by the gate of its first wave. */
type End = 'completes' | 'stops';

describe.each<[string, readonly string[], End, number]>([
  ['over machines as they should be', [], 'completes', 5],
  ['over flapping machines', ['flapping=1'], 'completes', 5],
  ['over slow machines', ['slow=1'], 'completes', 15],
  ['over cloned machines', ['cloned=0.1'], 'completes', 5],
  ['over machines that are away for days', ['offline-for-days=1'], 'completes', 30],
  ['over successes that are lies', ['lying-success=0.6'], 'stops', 5],
  ['over machines that are lost', ['lost-after-step-3=0.5'], 'stops', 15],
  ['over new errors', ['new-error=0.6'], 'stops', 5],
  ['over failures that come back while it watches', ['fails-again=0.7'], 'stops', 15],
  ['with a bad version', ['bad-version:reset-software-distribution@2=0.7'], 'stops', 5],
])('a campaign %s', (name, profiles, end, tickMinutes) => {
  const fleet = testFleet();

  it('comes to a truthful end', async () => {
    const play = await CampaignPlay.launched(
      fleet,
      {
        ...{ seed: name, machines: MACHINES, profiles: profiles.map(parseFaultProfile) },
        ...{ tickMinutes, restMinutes: 60 },
      },
      name.includes('watches') ? { gate: { soakHours: 60 } } : {},
    );
    const campaign = await play.untilItRests(14 * DAY);
    expect(play.virtual.refusals).toEqual([]);
    expect(recountOf(campaign)).toEqual(await play.recount());
    const states = campaign.waveList.map(({ state }) => state);
    if (end === 'completes') {
      expect(states).toEqual(['passed', 'passed', 'passed']);
      expect(campaign.state).toMatch(/^completed/);
    } else {
      expect(states).toEqual(['failed', 'planned', 'planned']);
      expect(campaign).toMatchObject({ state: 'paused', pauseReason: 'gate-failed' });
      // Nobody beyond the first wave was touched.
      expect(play.virtual.truths.length).toBeLessThanOrEqual(FIRST_WAVE);
    }
  }, 300_000);
});

describe('a campaign over machines with wrong clocks', () => {
  const fleet = testFleet();

  it('comes to an end that claims no success that was none', async () => {
    const profiles = [parseFaultProfile('clock-off=1')];
    const play = await CampaignPlay.launched(fleet, {
      ...{ seed: 'clocks', machines: MACHINES, profiles, restMinutes: 60 },
    });
    const campaign = await play.untilItRests(14 * DAY);
    const known = await play.recount();
    expect(campaign.waveList.map(({ state }) => state)).toEqual(['passed', 'passed', 'passed']);
    expect(campaign.tally.hard).toBe(known.hard);
    expect(campaign.tally.success).toBeLessThanOrEqual(known.success);
  }, 300_000);
});
