import { type MachineFilter } from '@fleetmend/dashboard-api';
import { filterKey, filterOfQuery, queryOfFilter } from './machine-query';

describe('the filter of an address', () => {
  it.each<[object, MachineFilter]>([
    [
      { search: ' pc ', online: 'true' },
      { search: 'pc', online: true },
    ],
    [{ failing: 'nonsense', sort: 'x', site: '' }, {}],
    [
      { tag: 'vip,Ring:1', site: 'Berlin', model: 'X1' },
      { tag: ['vip', 'ring:1'], site: 'Berlin', model: 'X1' },
    ],
    [{ tag: 'two words', withoutSite: 'true' }, { withoutSite: true }],
    [{ fingerprintId: 'none', code: '80070002' }, { code: '80070002' }],
  ])('%j', (query, filter) => {
    expect(filterOfQuery(query as Record<string, string>)).toEqual(filter);
  });

  it('is written so that it reads the same, and takes the others out', () => {
    const filter = { failing: false, tag: ['a', 'b'], site: 'Berlin' };
    const query = queryOfFilter(filter);
    expect(filterOfQuery(query)).toEqual(filter);
    expect(query['online']).toBeNull();
  });

  it('is the same one whatever the order', () => {
    const one = filterKey({ tag: ['a', 'b'], failing: true });
    expect(filterKey({ failing: true, tag: ['b', 'a'], search: '' })).toBe(one);
    expect(filterKey({ failing: true, tag: ['a'] })).not.toBe(one);
  });
});
