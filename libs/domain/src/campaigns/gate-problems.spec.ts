import fc from 'fast-check';
import { budgetProblems, gateProblems } from './gate-problems';
import type { GateRule } from './gate-rule';

const RULE: GateRule = {
  provenLevel: 'L1',
  successPercent: 90,
  minimumDecided: { percent: 80 },
  maximumWaitHours: 72,
  soakHours: 4,
  hardErrors: { percent: 10 },
  softErrors: null,
  sameNewError: 3,
};
const paths = (rule: Partial<GateRule>, sizes = [5, 20]) =>
  gateProblems({ ...RULE, ...rule }, sizes).map(({ path }) => path);

it('finds nothing wrong with a sound rule', () => {
  expect(paths({})).toEqual([]);
  expect(paths({ softErrors: { count: 0 }, sameNewError: null, soakHours: 0 })).toEqual([]);
  expect(paths({ minimumDecided: { count: 5 }, successPercent: 100, sameNewError: 1 })).toEqual([]);
});

it.each<[string, Partial<GateRule>, string]>([
  ['a share of nothing', { successPercent: 0 }, 'successPercent'],
  ['a share above all', { successPercent: 100.5 }, 'successPercent'],
  ['a negative share', { successPercent: -1 }, 'successPercent'],
  ['no number as share', { successPercent: NaN }, 'successPercent'],
  ['a level that no run proves in time', { provenLevel: 'L4' as 'L3' }, 'provenLevel'],
  ['an unknown level', { provenLevel: 'L9' as 'L3' }, 'provenLevel'],
  ['no wait', { maximumWaitHours: 0 }, 'maximumWaitHours'],
  ['an endless wait', { maximumWaitHours: Infinity }, 'maximumWaitHours'],
  ['no number as wait', { maximumWaitHours: NaN }, 'maximumWaitHours'],
  ['a negative soak', { soakHours: -1 }, 'soakHours'],
  ['no number as soak', { soakHours: NaN }, 'soakHours'],
  ['hard errors below nothing', { hardErrors: { count: -1 } }, 'hardErrors.count'],
  ['half a machine', { hardErrors: { count: 1.5 } }, 'hardErrors.count'],
  ['more than all', { hardErrors: { percent: 101 } }, 'hardErrors.percent'],
  ['no number as part', { softErrors: { percent: NaN } }, 'softErrors.percent'],
  ['no machine with the same error', { sameNewError: 0 }, 'sameNewError'],
  ['no number of machines with the same error', { sameNewError: NaN }, 'sameNewError'],
  ['a minimum of nothing', { minimumDecided: { count: 0 } }, 'minimumDecided.count'],
  ['a minimum part of nothing', { minimumDecided: { percent: 0 } }, 'minimumDecided.percent'],
  ['a minimum above the first wave', { minimumDecided: { count: 6 } }, 'minimumDecided.count'],
])('refuses %s', (_, rule, path) => {
  expect(paths(rule)).toEqual([path]);
});

it('names each wave that a minimum is too much for', () => {
  const problems = gateProblems({ ...RULE, minimumDecided: { count: 10 } }, [5, 20, 9]);
  expect(problems.map(({ message }) => message)).toEqual([
    '10 can never be decided: wave 1 has only 5',
    '10 can never be decided: wave 3 has only 9',
  ]);
});

it('names all that is wrong at once', () => {
  expect(paths({ successPercent: NaN, soakHours: -1, hardErrors: { percent: -1 } })).toEqual([
    'successPercent',
    'soakHours',
    'hardErrors.percent',
  ]);
});

it('lets no number through that is none, wherever it stands', () => {
  const numbers = ['successPercent', 'maximumWaitHours', 'soakHours', 'sameNewError'] as const;
  const broken = fc.constantFrom(NaN, Infinity, -Infinity, -1);
  fc.assert(
    fc.property(fc.constantFrom(...numbers), broken, (field, value) => {
      expect(paths({ [field]: value })).toEqual([field]);
    }),
  );
  const amounts = ['minimumDecided', 'hardErrors', 'softErrors'] as const;
  const kinds = fc.constantFrom('count', 'percent');
  fc.assert(
    fc.property(fc.constantFrom(...amounts), kinds, broken, (field, kind, value) => {
      expect(paths({ [field]: { [kind]: value } })).toEqual([`${field}.${kind}`]);
    }),
  );
});

it('looks at a budget in the same way', () => {
  expect(budgetProblems({ hardErrors: { count: 0 }, softErrors: null })).toEqual([]);
  expect(
    budgetProblems({ hardErrors: { count: NaN }, softErrors: { percent: 200 } }).map(
      ({ path }) => path,
    ),
  ).toEqual(['hardErrors.count', 'softErrors.percent']);
});
