import { newEnrolmentTokenSchema } from './enrolment-tokens';

const token = { label: 'Office', expiresInHours: 24, maximumUses: null };

describe('a new enrolment token', () => {
  it.each<[string, object, boolean]>([
    ['as it should be', {}, true],
    ['for one machine', { maximumUses: 1 }, true],
    ['for a million', { maximumUses: 1_000_000 }, true],
    ['for more', { maximumUses: 1_000_001 }, false],
    ['for none', { maximumUses: 0 }, false],
    ['for half a machine', { maximumUses: 0.5 }, false],
    // "No limit" is said, never forgotten.
    ['for an unsaid number', { maximumUses: undefined }, false],
    ['for an hour', { expiresInHours: 1 }, true],
    ['for a year', { expiresInHours: 8760 }, true],
    ['for ever', { expiresInHours: 8761 }, false],
    ['for no time', { expiresInHours: 0 }, false],
    ['for an unsaid time', { expiresInHours: undefined }, false],
    ['in words', { expiresInHours: '24' }, false],
    ['without a label', { label: '  ' }, false],
    ['with an endless label', { label: 'x'.repeat(101) }, false],
  ])('%s', (_, change, taken) => {
    expect(newEnrolmentTokenSchema.safeParse({ ...token, ...change }).success).toBe(taken);
  });

  it('has its label without the blanks around it', () => {
    expect(newEnrolmentTokenSchema.parse({ ...token, label: ' Office ' }).label).toBe('Office');
  });
});
