import fc from 'fast-check';
import {
  compareHints,
  guidHint,
  hintsOf,
  isElsewhere,
  type MachineHints,
  nearness,
  uuidHint,
} from './machine-hints';

const UUID = '4c4c4544-0042-3510-8052-b3c04f4b4e32';
const OTHER = '564d1f7a-7b0e-3c55-9a50-61f5c1b0d3e2';

describe('the UUID of a board', () => {
  it.each([
    ['as it is', UUID, UUID],
    ['in capitals, with braces and blanks', ` {${UUID.toUpperCase()}} `, UUID],
    [
      'whose end alone is unique',
      '00000000-0000-0000-0000-ac1f6b4d2c10',
      '00000000-0000-0000-0000-ac1f6b4d2c10',
    ],
  ])('is read %s', (_, given, expected) => {
    expect(uuidHint(given)).toBe(expected);
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['an empty text', ''],
    ['a word', 'To Be Filled By O.E.M.'],
    ['too few digits', UUID.slice(1)],
    ['zeros', '00000000-0000-0000-0000-000000000000'],
    ['ones', 'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF'],
    ['fe', 'fefefefe-fefe-fefe-fefe-fefefefefefe'],
    ['a pattern', 'DEADBEEF-DEAD-BEEF-DEAD-BEEFDEADBEEF'],
    ['the fill-in of AMI', '03000200-0400-0500-0006-000700080009'],
    ['the same in the other byte order', '00020003-0004-0005-0006-000700080009'],
    ['a row of numbers', '00010203-0405-0607-0809-0A0B0C0D0E0F'],
    ['a Dell without its tag', '4C4C4544-0000-2010-8020-80C04F202020'],
  ])('is absent where there is %s', (_, given) => {
    expect(uuidHint(given)).toBeUndefined();
  });

  it('is read again as itself, whatever was given', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uuid(), fc.string()), (given) => {
        const read = uuidHint(given);
        expect(read === undefined ? undefined : uuidHint(read)).toBe(read);
      }),
    );
  });
});

it('a MachineGuid may be any text, but not none', () => {
  expect(guidHint(' {6F9619FF-8B86-D011-B42D-00CF4FC964FF} ')).toBe(
    '6f9619ff-8b86-d011-b42d-00cf4fc964ff',
  );
  expect(guidHint('guid-1')).toBe('guid-1');
  for (const none of [undefined, null, '', '{}', '00000000-0000-0000-0000-000000000000']) {
    expect(guidHint(none)).toBeUndefined();
  }
});

const hints: MachineHints = { smbiosUuid: UUID, machineGuid: 'a', hostname: 'PC-1' };

describe('two sets of hints', () => {
  it('are compared one by one, and junk compares with nothing', () => {
    expect(compareHints(hints, { ...hints, hostname: 'pc-1' })).toEqual({
      ...{ uuid: 'same', guid: 'same', name: 'same' },
    });
    const zeros = '00000000-0000-0000-0000-000000000000';
    const junk = hintsOf({ smbiosUuid: zeros, machineGuid: zeros, hostname: 'x' });
    expect(compareHints(junk, junk)).toEqual({ uuid: 'unknown', guid: 'unknown', name: 'same' });
    expect(
      compareHints({ ...hints, smbiosUuid: zeros }, { ...hints, smbiosUuid: zeros }).uuid,
    ).toBe('unknown');
  });

  it.each<[string, Partial<MachineHints>, boolean]>([
    ['where it was', {}, false],
    ['under another name', { hostname: 'PC-2' }, false],
    ['on another board', { smbiosUuid: OTHER }, true],
    ['in another Windows', { machineGuid: 'b' }, true],
    ['where nothing is known', { smbiosUuid: undefined, machineGuid: undefined }, false],
  ])('a key is %s', (_, change, elsewhere) => {
    expect(isElsewhere(hints, { ...hints, ...change })).toBe(elsewhere);
    expect(isElsewhere({ ...hints, ...change }, hints)).toBe(elsewhere);
  });

  it('are the nearer the more they share, the board before the rest', () => {
    const board = { ...hints, machineGuid: 'b', hostname: 'PC-2' };
    const installation = { ...hints, smbiosUuid: OTHER };
    const name = { smbiosUuid: OTHER, machineGuid: 'b', hostname: 'PC-1' };
    const order = [hints, board, undefined, installation, name];
    const near = order.map((one) => nearness(hints, one));
    expect(near).toEqual([...near].sort((a, b) => b - a));
    expect(new Set(near).size).toBe(near.length);
  });
});
