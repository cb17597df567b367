import fc from 'fast-check';
import { campaignDuration, type DurationFacts } from './campaign-duration';
import { ALWAYS_OPEN, HOURS_OF_WEEK } from './connection-habits';

const habits = (share: number, looks = 1000) => ({
  looks: Array.from({ length: HOURS_OF_WEEK }, () => looks),
  connected: Array.from({ length: HOURS_OF_WEEK }, () => looks * share),
});
const FACTS: DurationFacts = {
  waves: [{ machines: 10, minimumDecided: 5 }],
  concurrency: 100,
  habits: habits(1),
  isOpen: ALWAYS_OPEN,
  from: new Date('2026-11-23T00:00:00Z'),
  runMinutes: 30,
  soakHours: 24,
  maximumWaitHours: 72,
};
const wave = (machines: number, minimumDecided = 1) => ({ machines, minimumDecided });

describe('campaignDuration', () => {
  it.each<[string, Partial<DurationFacts>, number, number]>([
    ['a run and the soak time', {}, 24.5, 96],
    ['one wave after the other', { waves: [wave(10), wave(20)] }, 49, 192],
    ['as much at once as there is room for', { waves: [wave(100)], concurrency: 5 }, 34, 96],
    ['the window first', { isOpen: (at) => at.getUTCHours() === 22 }, 46.5, 118],
    ['no longer than the maximum wait', { habits: habits(0) }, 96, 96],
  ])('is %s', (_, more, likely, worst) => {
    const found = campaignDuration({ ...FACTS, ...more });
    expect(found?.likelyHours).toBeCloseTo(likely, 0);
    expect(found?.atWorstHours).toBeCloseTo(worst, 0);
  });

  it('is unknown when no window opens', () => {
    expect(campaignDuration({ ...FACTS, isOpen: () => false })).toBeNull();
  });

  it('names waves that would stay inconclusive', () => {
    const { explanation } = campaignDuration({
      ...FACTS,
      ...{ waves: [wave(10), wave(10, 8)], habits: habits(0, 10_000) },
    })!;
    expect(explanation).toContain('Waves 1, 2 may stay inconclusive');
    expect(campaignDuration(FACTS)?.explanation).not.toContain('inconclusive');
  });

  it('is at worst never shorter than likely, and grows with machines and waits', () => {
    const facts = fc.record({
      waves: fc.array(
        fc.nat(500).map((machines) => wave(machines)),
        { minLength: 1, maxLength: 5 },
      ),
      concurrency: fc.integer({ min: 1, max: 200 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      opensAt: fc.integer({ min: 0, max: 23 }),
      runMinutes: fc.integer({ min: 1, max: 300 }),
      soakHours: fc.integer({ min: 0, max: 100 }),
      maximumWaitHours: fc.integer({ min: 1, max: 200 }),
    });
    fc.assert(
      fc.property(facts, ({ share, opensAt, ...more }) => {
        const isOpen = (at: Date) => at.getUTCHours() >= opensAt;
        const made = { ...FACTS, ...more, habits: habits(share), isOpen };
        const found = campaignDuration(made);
        if (found === null) return;
        expect(found.atWorstHours).toBeGreaterThanOrEqual(found.likelyHours - 1e-9);
        const longer = campaignDuration({ ...made, soakHours: made.soakHours + 5 });
        if (longer) expect(longer.atWorstHours).toBeGreaterThan(found.atWorstHours);
      }),
    );
  });
});
