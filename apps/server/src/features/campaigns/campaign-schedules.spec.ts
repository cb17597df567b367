import fc from 'fast-check';
import { playToTheEnd, schedules, setups } from '../../../testing/campaign-commands';
import { CampaignModel } from '../../../testing/campaign-model';
import { ServersOnDatabase } from '../../../testing/database-world';
import { modelRuns } from '../../../testing/model-runs';
import { testDatabase } from '../../../testing/test-database';

/** Real: PostgreSQL, and two servers on it from the engine down. Played: the machines, persons, and the clock. */
describe('a campaign on two servers, whatever happens in whatever order', () => {
  let servers: ServersOnDatabase | undefined = undefined;
  afterAll(() => servers?.close());
  const opened = (servers = new ServersOnDatabase(testDatabase()));
  beforeAll(() => opened.open(6));

  const { seconds, options, replayPath } = modelRuns();

  it(
    'loses no order, doubles none, and passes no gate wrongly',
    async () => {
      let played = 0;
      await fc.assert(
        fc.asyncProperty(
          setups,
          fc.constantFrom(0, 0, 3, 120),
          schedules(40, replayPath),
          async (setup, behind, commands) => {
            opened.behind = behind;
            const world = await opened.launch(setup);
            const model = new CampaignModel(await world.see());
            try {
              await fc.asyncModelRun(() => ({ model, real: world }), commands);
              await playToTheEnd(model, world);
            } finally {
              await opened.clear(world.campaignId);
            }
            played += 1;
          },
        ),
        options,
      );
      expect(played).toBeGreaterThan(0);
      if (process.env['FLEETMEND_MODEL_SECONDS'] !== undefined)
        process.stderr.write(`${played} schedules\n`);
    },
    (seconds + 60) * 1000,
  );
});
