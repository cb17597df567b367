import { changedFields } from './changed-fields';

describe('changedFields', () => {
  it('puts what was changed first', () => {
    const fields = changedFields(
      { name: 'Ada', role: 'viewer' },
      { name: 'Ada', role: 'operator' },
    );
    expect(fields).toEqual([
      { name: 'role', before: 'viewer', after: 'operator', changed: true },
      { name: 'name', before: 'Ada', after: 'Ada', changed: false },
    ]);
  });

  it.each([
    ['made', null, { label: 'Office' }, '–', 'Office'],
    ['removed', { label: 'Office' }, null, 'Office', '–'],
    ['a field more', {}, { label: 'Office' }, '–', 'Office'],
    ['a field without a value', { label: null }, { label: 0 }, '–', '0'],
    ['no fields', 'old', ['new'], 'old', '[\n "new"\n]'],
  ])('shows %s', (_what, before, after, was, is) => {
    expect(changedFields(before, after)).toMatchObject([{ before: was, after: is, changed: true }]);
  });

  it('has nothing to show of nothing', () => {
    expect(changedFields(null, undefined)).toEqual([]);
  });
});
