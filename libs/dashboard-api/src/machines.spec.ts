import { machineFilterSchema, machineQuerySchema } from './machines';

describe('the query of machines', () => {
  it('lists all by name, unless it says otherwise', () => {
    expect(machineQuerySchema.parse({})).toEqual({ limit: 50, sort: 'hostname' });
  });

  it('reads everything from text', () => {
    const query = {
      search: ' pc ',
      online: 'false',
      failing: 'true',
      limit: '9',
      sort: 'last-seen',
    };
    expect(machineQuerySchema.parse(query)).toEqual({
      ...{ search: 'pc', online: false, failing: true, limit: 9, sort: 'last-seen' },
    });
  });

  it.each([
    [{ online: 'yes' }],
    [{ failing: '' }],
    [{ sort: 'password' }],
    [{ search: 'x'.repeat(201) }],
    [{ fingerprintId: 'x' }],
    [{ code: 'x'.repeat(41) }],
    [{ search: ['a', 'b'] }],
  ])('refuses %j', (query) => {
    expect(machineQuerySchema.safeParse(query).success).toBe(false);
  });

  it('and "all that match" choose by the same', () => {
    const chosen = Object.keys(machineFilterSchema.shape);
    expect(Object.keys(machineQuerySchema.shape).sort()).toEqual(
      [...chosen, 'cursor', 'limit', 'sort'].sort(),
    );
  });
});
