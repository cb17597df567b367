import { type CampaignPlanInput, campaignPlanSchema } from './campaign-plan';
import { campaignActionSchema } from './campaigns';

const ID = '01a22412-d0f8-7021-99e2-8e7a263c26ee';
const plan: CampaignPlanInput = {
  name: ' Reset ',
  playbook: 'reset-software-distribution',
  targets: { source: { type: 'matching', filter: { failing: true } } },
  rollout: { waves: [{ count: 5 }, { percent: 50 }], seed: 's' },
  gate: {},
  budget: {},
  execution: { endAt: '2026-12-12T00:00:00.000Z' },
};

describe('a plan', () => {
  it('is complete with what may be left out, and read the same after it was sent on', () => {
    const parsed = campaignPlanSchema.parse(plan);
    expect(parsed).toMatchObject({
      ...{ name: 'Reset', mode: 'execute', fingerprintId: null },
      gate: { successPercent: 90, minimumDecided: { percent: 80 }, sameNewError: 3 },
      execution: { startAt: null, windows: [], concurrency: 50 },
    });
    expect(campaignPlanSchema.parse(JSON.parse(JSON.stringify(parsed)))).toEqual(parsed);
  });

  const invalid: readonly [string, string, object][] = [
    ['no wave', 'rollout.waves', { rollout: { ...plan.rollout, waves: [] } }],
    [
      'a wave of nobody',
      'rollout.waves.0',
      { rollout: { ...plan.rollout, waves: [{ count: 0 }] } },
    ],
    [
      'an amount that is both a number and a part',
      'rollout.waves.0',
      { rollout: { ...plan.rollout, waves: [{ count: 5, percent: 50 }] } },
    ],
    ['a gate that lets everything pass', 'gate.successPercent', { gate: { successPercent: 0 } }],
    ['a gate that is not a number', 'gate.successPercent', { gate: { successPercent: '90 %' } }],
    ['a gate that watches no error', 'gate.sameNewError', { gate: { sameNewError: 0 } }],
    [
      'a budget below nothing',
      'budget.hardErrors.count',
      { budget: { hardErrors: { count: -1 } } },
    ],
    [
      'a code in another spelling',
      'execution.retries.0.codes.0',
      {
        execution: {
          ...plan.execution,
          retries: [
            { verdicts: ['step-failed'], codes: ['-2147024894'], attempts: 2, backOffMinutes: 5 },
          ],
        },
      },
    ],
    [
      'a condition that nobody knows',
      'targets.source.filter',
      { targets: { source: { type: 'matching', filter: { everything: true } } } },
    ],
  ];
  it.each(invalid)('with %s is refused where it is wrong', (_, path, part) => {
    const { error } = campaignPlanSchema.safeParse({ ...plan, ...part });
    expect(error?.issues.map((issue) => issue.path.join('.'))).toContain(path);
  });
});

describe('a decision', () => {
  it.each(['approve', 'reject', 'pause', 'resume', 'stop'])('to %s names its reason', (action) => {
    expect(campaignActionSchema.safeParse({ action }).success).toBe(false);
    expect(campaignActionSchema.safeParse({ action, reason: '  ' }).success).toBe(false);
    expect(campaignActionSchema.safeParse({ action, reason: 'it is time' }).success).toBe(true);
  });

  it('about nothing that there is, is refused', () => {
    expect(campaignActionSchema.safeParse({ action: 'delete', id: ID }).success).toBe(false);
  });
});
