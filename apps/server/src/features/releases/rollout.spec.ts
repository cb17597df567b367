import fc from 'fast-check';
import { isAmong, placeOf, suits } from './rollout';

const release = { id: '0b0f6c7e-5f36-4a5c-8f0b-5d2f7a9f1c11' };

describe('who is among the first', () => {
  it('raising the percentage only adds machines, and 100 takes all', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.integer({ min: 1, max: 100 }), fc.nat(99), (machine, low, more) => {
        const high = Math.min(100, low + more);
        if (isAmong({ ...release, percentage: low }, machine))
          expect(isAmong({ ...release, percentage: high }, machine)).toBe(true);
        expect(isAmong({ ...release, percentage: 100 }, machine)).toBe(true);
        expect(isAmong({ ...release, percentage: null }, machine)).toBe(false);
      }),
    );
  });

  it('takes about as many as it says, and other ones for another release', () => {
    const machines = fc.sample(fc.uuid(), { numRuns: 5000, seed: 1 });
    const first = machines.filter((id) => isAmong({ ...release, percentage: 10 }, id));
    expect(first.length).toBeGreaterThan(400);
    expect(first.length).toBeLessThan(600);
    const other = { id: '7b0a4a5e-9a4e-4f67-8b15-0b1c6d9a7e42', percentage: 10 };
    expect(first.filter((id) => isAmong(other, id)).length).toBeLessThan(100);
  });

  it('is the same on every server and in every version: machines would be chosen anew', () => {
    expect(placeOf(release.id, '9e8d7c6b-5a49-4837-a625-140312f1e0d9')).toBe(PLACE);
  });
});

/** Found once, and never to change. */
const PLACE = 90;

describe('what suits a client', () => {
  const of = (version: string, architecture = 'x64') => ({ machineId: 'm', version, architecture });
  const wanted = { version: '2.0.0', architecture: 'x64', minimumFromVersion: '1.5.0' } as const;
  it.each([
    ['an older one', of('1.9.0'), true],
    ['the oldest that it may come from', of('1.5.0'), true],
    ['one that is too old', of('1.4.9'), false],
    ['the same', of('2.0.0'), false],
    ['a newer one', of('2.0.1'), false],
    ['another kind of machine', of('1.9.0', 'arm64'), false],
    ['one without a proper version', of('dev'), false],
  ])('%s', (_, client, suited) => {
    expect(suits(wanted, client)).toBe(suited);
  });
});
