import { changesSchema } from './live';

const id = '0b0f6c7e-5f36-4a5c-8f0b-5d2f7a9f1c11';
const nothing = {
  ...{ machines: [], fingerprints: [], runs: [], remediations: [], campaigns: [], lists: [] },
  truncated: false,
};

describe('what changed', () => {
  it.each<[string, object, boolean]>([
    ['nothing', {}, true],
    ['as much as fits', { machines: Array(500).fill(id) }, true],
    ['more than fits', { machines: Array(501).fill(id) }, false],
    ['everything', { truncated: true }, true],
    ['a list', { lists: ['users', 'audit'] }, true],
    ['a list of a later server', { lists: ['campaigns'] }, false],
    ['what is no id', { runs: ['PC-1'] }, false],
    ['without a word of the runs', { runs: undefined }, false],
  ])('%s', (_, change, understood) => {
    expect(changesSchema.safeParse({ ...nothing, ...change }).success).toBe(understood);
  });
});
