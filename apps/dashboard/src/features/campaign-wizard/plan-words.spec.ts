import { gateRuleSchema } from '@fleetmend/dashboard-api';
import type { Amount } from '@fleetmend/domain';
import {
  aboutHours,
  budgetSentence,
  gateSentences,
  hoursWords,
  minutesWords,
  wavesWords,
} from './plan-words';

describe('the words of a plan', () => {
  it.each<[number, string]>([
    [0.5, '30 minutes'],
    [1, '1 hour'],
    [30, '30 hours'],
    [72, '3 days'],
  ])('says %p hours as "%s"', (hours, words) => {
    expect(hoursWords(hours)).toBe(words);
  });

  it.each<[number, string]>([
    [19.53, '19.5 hours'],
    [228, '9.5 days'],
  ])('says an estimate of %p hours as "%s"', (hours, words) => {
    expect(aboutHours(hours)).toBe(words);
  });

  it.each<[number, string]>([
    [45, '45 minutes'],
    [420, '7 hours'],
    [2880, '2 days'],
  ])('says %p minutes as "%s"', (minutes, words) => {
    expect(minutesWords(minutes)).toBe(words);
  });

  it.each<[readonly Amount[], string]>([
    [
      [{ count: 1 }, { percent: 10 }],
      '1 machine, then 10\u00a0% of the machines, then what is left',
    ],
    [[{ percent: 100 }], '100\u00a0% of the machines'],
  ])('says of waves that something is left over, unless nothing can be: %j', (waves, words) => {
    expect(wavesWords([...waves])).toBe(words);
  });

  it('says what a gate means, condition by condition', () => {
    const strict = gateRuleSchema.parse({
      ...{ successPercent: 95, minimumDecided: { count: 1 }, hardErrors: { count: 0 } },
      ...{ softErrors: { percent: 20 }, sameNewError: 1, soakHours: 0 },
    });
    const words = gateSentences(strict).join(' ');
    for (const part of [
      'at least 1 machine of the wave is decided and 95\u00a0% of those succeeded, proven as far as “scan completed”',
      'judged after its last machine, and waited for 3 days at most',
      'fails at once when a single machine went wrong, when the playbook did not help more than 20\u00a0% of the machines, when the same new error appears on 1 machine,',
    ]) {
      expect(words).toContain(part);
    }
    const loose = gateSentences({ ...strict, softErrors: null, sameNewError: null, soakHours: 4 });
    expect(loose.join(' ')).not.toMatch(/did not help|new error/);
    expect(loose.join(' ')).toContain('watched for 4 hours after its last machine');
  });

  it('says what the budget means', () => {
    expect(budgetSentence({ hardErrors: { percent: 5 }, softErrors: null })).toBe(
      'The whole campaign pauses when more than 5\u00a0% of the machines of all its waves went wrong.',
    );
  });
});
