import { campaignChangeSchema } from '@fleetmend/dashboard-api';
import { samplePlan } from '../../testing/campaign-samples';
import { parseAmount } from './amount-text';
import { changeOf, parseWindows, valuesOf } from './change-values';
import { type Rules, ruleChanges } from './rule-words';

const rules: Rules = {
  ...samplePlan({
    execution: {
      ...samplePlan().execution,
      windows: [{ cron: '0 22 * * *', durationMinutes: 240, timeZone: 'Europe/Berlin' }],
      endAt: '2026-02-01T09:00:12.345Z',
    },
  }),
  playbookVersion: 3,
};

describe('changeOf', () => {
  it('asks for nothing while nothing was changed', () => {
    expect(changeOf(valuesOf(rules), rules)).toEqual({});
  });

  it.each([
    ['successPercent', '75', 'gate', 'A wave passes with'],
    ['softErrors', '10 %', 'gate', 'Soft errors of a wave'],
    ['sameNewError', '', 'gate', 'Same new error'],
    ['budgetHard', '7', 'budget', 'Hard errors of the campaign'],
    ['concurrency', '5', 'execution', 'Machines at once'],
    ['windows', '', 'execution', 'Maintenance windows'],
    ['endAt', '2026-03-01T10:00', 'execution', 'Ends at the latest'],
    ['playbookVersion', '2', 'playbookVersion', 'Playbook version'],
  ])('%s = "%s" changes %s, and says so', (field, value, part, label) => {
    const change = changeOf({ ...valuesOf(rules), [field]: value }, rules);
    expect(Object.keys(change)).toEqual([part]);
    expect(campaignChangeSchema.safeParse(change).success).toBe(true);
    expect(ruleChanges(rules, change).map((each) => each.label)).toEqual([label]);
  });
});

describe('parseAmount', () => {
  it.each([
    ['3', { count: 3 }],
    [' 10 % ', { percent: 10 }],
    ['2,5%', { percent: 2.5 }],
    ['2.5', null],
    ['101 %', null],
    ['', null],
    ['many', null],
  ])('reads "%s"', (text, amount) => {
    expect(parseAmount(text)).toEqual(amount);
  });
});

describe('parseWindows', () => {
  it('refuses all when one line is none', () => {
    expect(parseWindows('0 22 * * *; 240; Europe/Berlin\nat night')).toBeNull();
  });
});
