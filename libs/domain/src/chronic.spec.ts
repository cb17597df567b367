import { chronicReasons } from './chronic';

describe('chronicReasons', () => {
  it.each([
    [0, 0, []],
    [2, 1, []],
    [3, 0, ['runs-did-not-help']],
    [2, 2, ['failures-came-back']],
    [4, 2, ['runs-did-not-help', 'failures-came-back']],
  ])('%d runs that did not help, %d of them came back: %j', (unhelpful, recurrences, reasons) => {
    expect(chronicReasons({ unhelpful, recurrences })).toEqual(reasons);
  });

  it('follows the rule that it is given', () => {
    const rule = { days: 30, runs: 5, recurrences: 9 };
    expect(chronicReasons({ unhelpful: 4, recurrences: 4 }, rule)).toEqual([]);
    expect(chronicReasons({ unhelpful: 5, recurrences: 4 }, rule)).toEqual(['runs-did-not-help']);
  });
});
