import { affectedMachineQuerySchema, fingerprintQuerySchema } from './fingerprints';

describe('the query of failures', () => {
  it('lists what is open, most machines first, unless it says otherwise', () => {
    expect(fingerprintQuerySchema.parse({})).toEqual({
      limit: 50,
      sort: 'machines',
      state: 'open',
    });
    expect(affectedMachineQuerySchema.parse({})).toEqual({ limit: 50, state: 'open' });
  });

  it.each([
    [{ state: 'closed' }],
    [{ phase: 'DOWNLOAD' }],
    [{ sort: 'code' }],
    [{ limit: '1000' }],
  ])('refuses %j', (query) => {
    expect(fingerprintQuerySchema.safeParse(query).success).toBe(false);
  });
});
