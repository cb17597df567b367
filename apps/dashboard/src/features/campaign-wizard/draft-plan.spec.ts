import { type TargetSource, campaignPlanSchema } from '@fleetmend/dashboard-api';
import * as fc from 'fast-check';
import { sampleCampaignPlan } from '../../testing/campaign-wizard-samples';
import { sampleId } from '../../testing/samples';
import { draftOf, newDraftPlan, planOf, sourceOf } from './draft-plan';
import { fromLocalInput, toLocalInput } from './fields/local-instant';
import { parsePlan } from './plan-parse';

const NOW = Date.parse('2026-01-01T08:00:00Z');

describe('the draft of a plan', () => {
  it.each<[string, TargetSource, string | null]>([
    ['machines', { type: 'machines', machineIds: [sampleId(1)] }, null],
    [
      'a failure',
      { type: 'matching', filter: { fingerprintId: sampleId(2) }, except: [] },
      sampleId(2),
    ],
    [
      'a failure without some',
      { type: 'matching', filter: { fingerprintId: sampleId(2) }, except: [sampleId(1)] },
      sampleId(2),
    ],
    ['a filter', { type: 'matching', filter: { failing: true }, except: [] }, null],
    ['the failed ones', { type: 'failed-of', campaignId: sampleId(3) }, null],
    [
      'some of the failed ones',
      {
        type: 'failed-of',
        campaignId: sampleId(3),
        outcomes: [{ verdict: 'step-failed', code: '0x80070005' }],
      },
      null,
    ],
  ])('says again what was saved: %s', (_name, source, fingerprintId) => {
    const plan = sampleCampaignPlan({
      fingerprintId,
      targets: { source, dynamicUntil: null, offlineDays: 12 },
    });
    const again = planOf(draftOf(plan, NOW), { name: plan.name, playbook: plan.playbook });
    expect(campaignPlanSchema.parse(again)).toEqual(plan);
  });

  it('names what is still missing of a new one, and nothing that has a default', () => {
    const { problems } = parsePlan(planOf(newDraftPlan(NOW), { name: '', playbook: null }));
    expect(problems).toEqual([
      { path: 'name', message: 'Give it a name of up to 100 characters.' },
      { path: 'playbook', message: 'Choose a playbook.' },
      { path: 'targets.source', message: 'Choose which machines.' },
    ]);
  });

  it('lets machines join later only where there is something to match', () => {
    const plan = sampleCampaignPlan();
    const draft = draftOf(plan, NOW);
    const later = { ...draft, targets: { ...draft.targets, dynamicUntil: '2026-01-09T08:00:00Z' } };
    expect(planOf(later, plan)).toMatchObject({ targets: { dynamicUntil: null } });
  });

  it('says of each field in words what is wrong with it', () => {
    const plan = sampleCampaignPlan();
    const wrong = {
      ...plan,
      rollout: { ...plan.rollout, waves: [{ count: NaN }, { count: 0 }] },
      gate: { ...plan.gate, successPercent: 101, soakHours: NaN },
      execution: { ...plan.execution, endAt: '', concurrency: 1.5 },
    };
    expect(parsePlan(wrong).problems).toEqual([
      { path: 'rollout.waves.0', message: 'Enter a number of machines, or 0 to 100 percent.' },
      { path: 'rollout.waves.1', message: 'Must be more than nothing.' },
      { path: 'gate.successPercent', message: 'At most 100.' },
      { path: 'gate.soakHours', message: 'Enter a number.' },
      { path: 'execution.endAt', message: 'Enter a date and a time.' },
      { path: 'execution.concurrency', message: 'Enter a whole number.' },
    ]);
  });

  it('has no source as long as nothing is chosen', () => {
    for (const kind of ['failure', 'picked', 'names', 'failed-of'] as const) {
      const draft = newDraftPlan(NOW);
      expect(sourceOf({ ...draft, targets: { ...draft.targets, kind } })).toBeNull();
    }
  });

  it('keeps an instant through the field, to the minute', () => {
    fc.assert(
      fc.property(fc.integer({ min: 28_000_000, max: 33_000_000 }), (minute) => {
        const instant = new Date(minute * 60_000).toISOString();
        const local = toLocalInput(instant);
        // The hour that comes twice in autumn can't be told by what the clock says.
        if (new Date(local).getTime() === minute * 60_000) {
          expect(fromLocalInput(local)).toBe(instant);
        }
        expect(local).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d$/);
      }),
    );
    expect(toLocalInput('')).toBe('');
    expect(fromLocalInput('')).toBe('');
  });
});
