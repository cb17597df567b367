import { reportSchema } from '@fleetmend/client-protocol';
import { closesFailure, fingerprintOf } from '@fleetmend/domain';
import { profileOf } from './fleet';
import { Random } from '../random';
import { backlog, failureReport, successReport } from './records';
import { NOISE, SCENARIOS } from './scenarios';

const since = new Date('2026-11-20T12:00:00.000Z');
const profiles = Array.from({ length: 100 }, (_, index) => profileOf('spec', index));
const pastOf = (index: number) => backlog(profiles[index]!, since, new Random(`past ${index}`));

describe('a backlog', () => {
  it('is what the protocol takes, fits into one message, and lies within a fortnight', () => {
    for (const index of profiles.keys()) {
      const past = pastOf(index);
      expect(past.length).toBeLessThan(50);
      for (const report of past) {
        expect(reportSchema.safeParse(report).error).toBeUndefined();
        const age = since.getTime() - Date.parse(report.occurredAt);
        expect(age).toBeGreaterThan(0);
        expect(age).toBeLessThan(14 * 86_400_000);
      }
    }
  });

  it('is the same when it is written again, ids included', () => {
    expect(pastOf(3)).toEqual(pastOf(3));
  });

  it('has one fingerprint for one trouble', () => {
    const index = profiles.findIndex(
      ({ trouble, noise }) => trouble?.phase === 'download' && !noise,
    );
    const keys = pastOf(index).flatMap((report) =>
      report.kind === 'failure' ? [fingerprintOf(report, profiles[index]!.version.build).key] : [],
    );
    expect(new Set(keys).size).toBe(1);
  });

  it('ends with a success where the trouble is over', () => {
    const over = profiles.filter(({ isOver, trouble }) => isOver && trouble !== undefined);
    expect(over.length).toBeGreaterThan(0);
    for (const { index } of over) {
      expect(pastOf(index).some(({ kind }) => kind === 'success')).toBe(true);
    }
  });
});

it.each([...SCENARIOS, ...NOISE].map((scenario) => [scenario.id, scenario] as const))(
  'a success closes what it should: %s',
  (_, scenario) => {
    const random = new Random('spec');
    const failure = failureReport(profiles[0]!, scenario, since, random);
    const later = new Date(since.getTime() + 1000);
    expect(closesFailure(successReport(profiles[0]!, scenario, later, random), failure)).toBe(true);
    expect(failure.evidence[0]?.record.split('\t')).toHaveLength(12);
  },
);
