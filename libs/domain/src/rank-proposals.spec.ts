import fc from 'fast-check';
import { ERROR_CODES } from './catalogue/index';
import { effectivenessOf, type Measured } from './effectiveness';
import { PHASES, UPDATE_KINDS, UPDATE_SOURCES } from './failure';
import { PLAYBOOK_NAMES, type PlaybookName } from './playbook';
import { type Proposal, proposePlaybooks } from './proposal';
import { rankProposals } from './rank-proposals';

const RESET = 'reset-software-distribution';
const STORE = 'repair-component-store';
const DRIVERS = 'update-drivers';
const WINDOWS = { updateKind: 'windows' } as const;
const GUARD = { reason: '', evidence: '', betterRemedies: [STORE] as const };

const proposal = (playbook: PlaybookName, confidence: Proposal['confidence']) => ({
  ...{ playbook, confidence, reason: 'Why.' },
});
const results = (...all: readonly (readonly [PlaybookName, number, number])[]) =>
  new Map<string, Measured>(
    all.map(([playbook, helped, decided]) => [
      playbook,
      { on: 'kind', version: null, ...effectivenessOf(helped, decided) },
    ]),
  );
const documented = [proposal(RESET, 'documented'), proposal(STORE, 'possible')];

describe('rankProposals', () => {
  it.each<[string, Map<string, Measured>, readonly string[]]>([
    ['leaves the order of the tables without results', results(), [RESET, STORE]],
    ['leaves it with too few results', results([STORE, 9, 9], [RESET, 0, 9]), [RESET, STORE]],
    ['puts first what has proven better', results([STORE, 95, 100]), [STORE, RESET]],
    ['compares lower bounds', results([RESET, 10, 10], [STORE, 95, 100]), [STORE, RESET]],
    ['puts last what has proven not to help', results([RESET, 0, 10]), [STORE, RESET]],
    [
      'proposes what no table names and has proven to help',
      results([DRIVERS, 20, 20]),
      [DRIVERS, RESET, STORE],
    ],
    ['does not propose what has hardly helped', results([DRIVERS, 6, 10]), [RESET, STORE]],
    ['does not propose on few results', results([DRIVERS, 9, 9]), [RESET, STORE]],
    [
      'does not propose the value for feature updates for others',
      results(['allow-os-upgrade', 50, 50]),
      [RESET, STORE],
    ],
  ])('%s', (_, measured, order) => {
    const ranked = rankProposals({ proposals: documented }, measured, WINDOWS);
    expect(ranked.map(({ playbook }) => playbook)).toEqual(order);
  });

  it('says what has proven not to help, and by which numbers', () => {
    const ranked = rankProposals({ proposals: documented }, results([RESET, 1, 20]), WINDOWS);
    expect(ranked.at(-1)).toMatchObject({
      ...{ playbook: RESET, discouraged: true, measured: { helped: 1, decided: 20 } },
      reason: expect.stringContaining('1 of 20') as unknown,
    });
    expect(ranked[0]).toMatchObject({ discouraged: false, measured: null });
  });

  it.each([
    ['the reset', GUARD, RESET, false],
    ['anything, where nothing but time helps', { ...GUARD, betterRemedies: [] }, DRIVERS, false],
    ['another playbook', GUARD, DRIVERS, true],
  ] as const)('against the guard: %s', (_, guard, playbook, proposed) => {
    const ranked = rankProposals(
      { proposals: [proposal(STORE, 'likely')], guard },
      results([playbook, 100, 100]),
      WINDOWS,
    );
    expect(ranked.some((each) => each.playbook === playbook)).toBe(proposed);
  });

  const failures = fc.record({
    code: fc.constantFrom(...ERROR_CODES.slice(0, 300).map(({ code }) => code)),
    phase: fc.constantFrom(...PHASES),
    updateKind: fc.constantFrom(...UPDATE_KINDS),
    updateSource: fc.constantFrom(...UPDATE_SOURCES),
  });
  const measures = fc
    .array(fc.tuple(fc.constantFrom(...PLAYBOOK_NAMES), fc.nat(60), fc.nat(60)))
    .map((all) =>
      results(...all.map(([name, helped, not]) => [name, helped, helped + not] as const)),
    );

  it('keeps every proposal of the tables once, and brings back nothing that the guard forbids', () => {
    fc.assert(
      fc.property(failures, measures, (failure, measured) => {
        const advice = proposePlaybooks(failure);
        const ranked = rankProposals(advice, measured, failure);
        const names = ranked.map(({ playbook }) => playbook);
        expect(new Set(names).size).toBe(names.length);
        expect(names).toEqual(expect.arrayContaining(advice.proposals.map((one) => one.playbook)));
        if (advice.guard) expect(names).not.toContain(RESET);
        expect(rankProposals(advice, measured, failure)).toEqual(ranked);
        // What has proven not to help stands behind all others.
        const first = ranked.findIndex(({ discouraged }) => discouraged);
        if (first >= 0) expect(ranked.slice(first).every((one) => one.discouraged)).toBe(true);
      }),
    );
  });

  it('never puts a playbook further back because it helped more often', () => {
    fc.assert(
      fc.property(
        measures,
        fc.integer({ min: 10, max: 60 }),
        fc.nat(59),
        (measured, of, helped) => {
          const place = (count: number) => {
            const own = results([RESET, Math.min(count, of), of]);
            const ranked = rankProposals(
              { proposals: documented },
              new Map([...measured, ...own]),
              WINDOWS,
            );
            return ranked.findIndex(({ playbook }) => playbook === RESET);
          };
          expect(place(helped + 1)).toBeLessThanOrEqual(place(helped));
        },
      ),
    );
  });
});
