import fc from 'fast-check';
import {
  includesRole,
  newUserSchema,
  PASSWORD_MIN_LENGTH,
  passwordChangeSchema,
  type Role,
  roleSchema,
  ROLES,
  setupRequestSchema,
  signInRequestSchema,
  userChangeSchema,
} from './users';

const password = 'x'.repeat(PASSWORD_MIN_LENGTH);
const user = { email: 'ada@example.org', name: 'Ada', role: 'viewer', password };

describe('roles', () => {
  it.each<[Role, Role, boolean]>([
    ['viewer', 'viewer', true],
    ['viewer', 'operator', false],
    ['viewer', 'administrator', false],
    ['operator', 'viewer', true],
    ['operator', 'operator', true],
    ['operator', 'administrator', false],
    ['administrator', 'viewer', true],
    ['administrator', 'operator', true],
    ['administrator', 'administrator', true],
  ])('%s has the rights of %s: %s', (role, needed, has) => {
    expect(includesRole(role, needed)).toBe(has);
  });

  it('are these three and no others', () => {
    expect(ROLES.filter((role) => roleSchema.safeParse(role).success)).toHaveLength(3);
    for (const other of ['Administrator', 'root', '', null, ['administrator']]) {
      expect(roleSchema.safeParse(other).success).toBe(false);
    }
  });
});

describe('e-mail addresses', () => {
  it.each([
    ['ada@example.org', 'ada@example.org'],
    ['  Ada@Example.ORG ', 'ada@example.org'],
    ['ada+fleet@sub.example.org', 'ada+fleet@sub.example.org'],
  ])('%j are the same account as %j', (given, read) => {
    expect(signInRequestSchema.parse({ email: given, password: 'x' }).email).toBe(read);
    expect(newUserSchema.parse({ ...user, email: given }).email).toBe(read);
    expect(setupRequestSchema.parse({ ...user, token: 't', email: given }).email).toBe(read);
  });

  it.each([
    ['ada'],
    ['ada@'],
    ['@example.org'],
    ['a b@example.org'],
    ['ada@example.org, bob@example.org'],
    [`${'a'.repeat(250)}@example.org`],
    [''],
    [undefined],
  ])('%j is refused', (email) => {
    expect(newUserSchema.safeParse({ ...user, email }).success).toBe(false);
  });
});

describe('passwords', () => {
  it.each([
    ['as short as may be', password, true],
    ['one shorter', password.slice(1), false],
    ['as long as may be', 'x'.repeat(256), true],
    ['one longer', 'x'.repeat(257), false],
    ['nothing', '', false],
  ])('that are %s', (_, given, taken) => {
    expect(newUserSchema.safeParse({ ...user, password: given }).success).toBe(taken);
    expect(setupRequestSchema.safeParse({ ...user, token: 't', password: given }).success).toBe(
      taken,
    );
    expect(passwordChangeSchema.safeParse({ current: 'x', next: given }).success).toBe(taken);
    expect(userChangeSchema.safeParse({ password: given }).success).toBe(taken);
  });

  it('are taken as they are, blanks and all', () => {
    const text = fc.string({ minLength: PASSWORD_MIN_LENGTH, maxLength: 256, unit: 'grapheme' });
    fc.assert(
      fc.property(text, (given) => {
        fc.pre(given.length <= 256);
        expect(newUserSchema.parse({ ...user, password: given }).password).toBe(given);
        expect(signInRequestSchema.parse({ ...user, password: given }).password).toBe(given);
      }),
    );
  });

  it('that were made under older rules still sign in and are still changed', () => {
    expect(signInRequestSchema.safeParse({ ...user, password: 'short' }).success).toBe(true);
    expect(passwordChangeSchema.safeParse({ current: 'short', next: password }).success).toBe(true);
  });
});

describe('names', () => {
  it.each([
    ['Ada', 'Ada'],
    ['  Ada Lovelace ', 'Ada Lovelace'],
    ['名', '名'],
  ])('%j', (given, read) => {
    expect(newUserSchema.parse({ ...user, name: given }).name).toBe(read);
  });

  it.each([[''], ['   '], ['x'.repeat(101)], [undefined]])('%j is refused', (name) => {
    expect(newUserSchema.safeParse({ ...user, name }).success).toBe(false);
  });
});

describe('a change of a user', () => {
  it('may be of one thing, and touches nothing else', () => {
    expect(userChangeSchema.parse({})).toEqual({});
    expect(userChangeSchema.parse({ disabled: true })).toEqual({ disabled: true });
    expect(userChangeSchema.parse({ id: 'x', email: 'other@example.org' })).toEqual({});
  });

  it.each([[{ role: 'root' }], [{ disabled: 'true' }], [{ name: ' ' }], [{ password: 'short' }]])(
    'is refused: %j',
    (change) => {
      expect(userChangeSchema.safeParse(change).success).toBe(false);
    },
  );
});
