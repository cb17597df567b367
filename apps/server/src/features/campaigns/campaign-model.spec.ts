import fc from 'fast-check';
import { playToTheEnd, rulesOf, schedules, setups } from '../../../testing/campaign-commands';
import { CampaignModel } from '../../../testing/campaign-model';
import { launchedRow, MemoryWorld } from '../../../testing/memory-world';
import { modelRuns } from '../../../testing/model-runs';
import { TestClock } from '../../../testing/test-clock';
import { campaignPlanSchema } from '@fleetmend/dashboard-api';

describe('a campaign, whatever happens in whatever order', () => {
  const { runs, again, replayPath } = modelRuns();
  const machineIds = Array.from({ length: 6 }, (_, index) => `pc-${index}`);

  it('keeps its word on servers that die at any step, in memory', async () => {
    await fc.assert(
      fc.asyncProperty(
        setups,
        fc.constantFrom(0, 0, 3, 120),
        schedules(80, replayPath),
        async (setup, behind, commands) => {
          const clock = new TestClock();
          const plan = campaignPlanSchema.parse({
            name: 'Model',
            playbook: 'reset-software-distribution',
            targets: {
              source: { type: 'machines', machineIds: ['00000000-0000-4000-8000-000000000001'] },
            },
            ...rulesOf(setup),
            execution: { ...rulesOf(setup).execution, endAt: clock.in(setup.endHours * 60) },
          });
          const world = new MemoryWorld(machineIds, launchedRow(plan, clock.now()), [0, behind]);
          const model = new CampaignModel(await world.see());
          await fc.asyncModelRun(() => ({ model, real: world }), commands);
          await playToTheEnd(model, world);
        },
      ),
      { numRuns: runs, ...again },
    );
  }, 600_000);
});
