import * as fc from 'fast-check';
import {
  includesRole,
  machineQuerySchema,
  newRemediationSchema,
  newUserSchema,
  PASSWORD_MIN_LENGTH,
  ROLES,
  signInRequestSchema,
} from './index';

const id = '018f6a52-0000-7000-8000-000000000001';
const remediation = {
  playbook: 'reset-software-distribution',
  selection: { type: 'machines', machineIds: [id] },
  requestId: id,
  expectedMachines: 1,
};

describe('what people type', () => {
  test('an e-mail address is the same in every spelling', () => {
    const typed = { email: '  Ada@Example.ORG ', password: 'x' };
    expect(signInRequestSchema.parse(typed).email).toBe('ada@example.org');
  });

  test.each([
    ['no address', { email: 'ada' }],
    ['a blank name', { name: '   ' }],
    ['a role that does not exist', { role: 'owner' }],
    ['a short password', { password: 'x'.repeat(PASSWORD_MIN_LENGTH - 1) }],
  ])('a user with %s is refused', (_, fault) => {
    const user = { email: 'a@example.org', name: 'Ada', role: 'viewer', password: 'x'.repeat(12) };
    expect(newUserSchema.safeParse(user).success).toBe(true);
    expect(newUserSchema.safeParse({ ...user, ...fault }).success).toBe(false);
  });
});

describe('roles', () => {
  test('each includes itself and the smaller ones, and nothing more', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ROLES), fc.constantFrom(...ROLES), (role, needed) => {
        expect(includesRole(role, needed)).toBe(ROLES.indexOf(role) >= ROLES.indexOf(needed));
        if (role !== needed) {
          expect(includesRole(role, needed)).not.toBe(includesRole(needed, role));
        }
      }),
    );
  });
});

describe('the query of the machine list', () => {
  test('has a page size and an order without being asked', () => {
    expect(machineQuerySchema.parse({})).toEqual({ limit: 50, sort: 'hostname' });
  });

  test('reads flags and numbers from text', () => {
    const query = { online: 'true', failing: 'false', limit: '200' };
    expect(machineQuerySchema.parse(query)).toMatchObject({
      online: true,
      failing: false,
      limit: 200,
    });
  });

  test.each([
    { limit: '0' },
    { limit: '201' },
    { limit: 'all' },
    { online: 'yes' },
    { sort: 'mood' },
  ])('%j is refused', (query) => {
    expect(machineQuerySchema.safeParse(query).success).toBe(false);
  });
});

describe('a new remediation', () => {
  test('is executed and waits three days, unless said otherwise', () => {
    expect(newRemediationSchema.parse(remediation)).toMatchObject({
      mode: 'execute',
      expiresInHours: 72,
      parameters: {},
    });
  });

  test.each([
    ['no machine', { selection: { type: 'machines', machineIds: [] } }],
    ['an unknown kind of selection', { selection: { type: 'everything' } }],
    ['no number of machines to expect', { expectedMachines: 0 }],
    ['a reason that says nothing', { overrideReason: '  x ' }],
    ['a year to wait', { expiresInHours: 24 * 365 }],
    ['a parameter that is text', { parameters: { command: 'format c:' } }],
  ])('with %s is refused', (_, fault) => {
    expect(newRemediationSchema.safeParse({ ...remediation, ...fault }).success).toBe(false);
  });
});
