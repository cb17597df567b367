import * as fc from 'fast-check';
import { type Access, readAcl, readSid, type Role, weaknessesOf } from './access';

const SYSTEM = 'S-1-5-18';
const USERS = 'S-1-5-32-545';
const FULL = 0x1f01ff;
const READ_AND_EXECUTE = 0x1200a9;

function sid(text: string): Buffer {
  const [, revision, authority, ...parts] = text.split('-').map(Number);
  const bytes = Buffer.alloc(8 + parts.length * 4);
  bytes.writeUInt8(revision!, 0);
  bytes.writeUInt8(parts.length, 1);
  bytes.writeUIntBE(authority!, 2, 6);
  parts.forEach((part, index) => bytes.writeUInt32LE(part, 8 + index * 4));
  return bytes;
}

function ace(who: string, mask: number, flags = 0, type = 0): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt8(type, 0);
  header.writeUInt8(flags, 1);
  header.writeUInt32LE(mask >>> 0, 4);
  const bytes = Buffer.concat([header, sid(who)]);
  bytes.writeUInt16LE(bytes.length, 2);
  return bytes;
}

function acl(...aces: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt8(2, 0);
  header.writeUInt16LE(aces.length, 4);
  const bytes = Buffer.concat([header, ...aces]);
  bytes.writeUInt16LE(bytes.length, 2);
  return bytes;
}

const access = (some: Partial<Access> = {}): Access => ({
  path: 'C:\\folder',
  isLink: false,
  owner: SYSTEM,
  allowed: [],
  ...some,
});

describe('access lists', () => {
  it('are read as Windows lays them out', () => {
    const list = acl(
      ace(USERS, 0x1, 0, 1),
      ace(SYSTEM, FULL, 0x3),
      ace('S-1-5-21-1-2-3-1001', 0x2, 0x8 | 0x3),
    );
    expect(readAcl(list)).toEqual([
      { who: SYSTEM, mask: FULL, inheritOnly: false },
      { who: 'S-1-5-21-1-2-3-1001', mask: 0x2, inheritOnly: true },
    ]);
    expect(readSid(sid('S-1-16-12288'))).toBe('S-1-16-12288');
  });

  it('that are cut off or senseless allow everybody everything, and never throw', () => {
    const whole = acl(ace(SYSTEM, FULL), ace(USERS, READ_AND_EXECUTE));
    for (let length = 0; length < whole.length; length += 1) {
      const found = weaknessesOf(
        access({ allowed: readAcl(whole.subarray(0, length)) }),
        'program',
        SYSTEM,
      );
      expect(found).toContainEqual({ path: 'C:\\folder', kind: 'writable', who: 'S-1-1-0' });
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        readAcl(Buffer.from(bytes));
      }),
    );
  });
});

describe('weaknessesOf', () => {
  it.each<[string, Role, Partial<Access>, string[]]>([
    ['a closed folder', 'private', {}, []],
    ['no list at all', 'private', { allowed: undefined }, ['writable S-1-1-0']],
    ['somebody as its owner', 'private', { owner: USERS }, [`owner ${USERS}`]],
    ['ourselves as its owner', 'private', { owner: 'S-1-5-21-9' }, []],
    ['a link of somebody', 'way', { owner: USERS, isLink: true }, [`link ${USERS}`]],
    ['a link of an administrator on the way', 'way', { isLink: true }, []],
    ['a link in its own place', 'program', { isLink: true }, [`link ${SYSTEM}`]],
    ['readers of a program', 'program', { allowed: [allowed(READ_AND_EXECUTE)] }, []],
    [
      'readers of the state',
      'private',
      { allowed: [allowed(READ_AND_EXECUTE)] },
      [`readable ${USERS}`],
    ],
    ['writers', 'program', { allowed: [allowed(0x2)] }, [`writable ${USERS}`]],
    ['heirs who may write', 'program', { allowed: [allowed(FULL, true)] }, [`writable ${USERS}`]],
    ['those who may make folders beside it', 'way', { allowed: [allowed(0x6)] }, []],
    ['those who may delete it', 'way', { allowed: [allowed(0x40)] }, [`writable ${USERS}`]],
    ['whoever makes something', 'program', { allowed: [{ ...allowed(FULL), who: 'S-1-3-0' }] }, []],
  ])('of %s in the role %s', (_, role, some, expected) => {
    const found = weaknessesOf(access(some), role, 'S-1-5-21-9');
    expect(found.map(({ kind, who }) => `${kind} ${who}`)).toEqual(expected);
  });

  function allowed(mask: number, inheritOnly = false) {
    return { who: USERS, mask, inheritOnly };
  }
});
