import * as fc from 'fast-check';
import { ReplayedProofs } from './replayed-proofs';

describe('ReplayedProofs', () => {
  it('never takes the same twice within the lifetime, and forgets in the end', () => {
    const lifetime = 1000;
    const use = fc.record({ jti: fc.constantFrom('a', 'b', 'c'), wait: fc.nat({ max: 1500 }) });
    fc.assert(
      fc.property(fc.array(use, { maxLength: 60 }), (uses) => {
        const proofs = new ReplayedProofs(lifetime);
        const lastTaken = new Map<string, number>();
        let now = 1_000_000;
        for (const { jti, wait } of uses) {
          now += wait;
          const age = now - (lastTaken.get(jti) ?? -Infinity);
          const taken = proofs.firstUse(jti, now);
          if (age <= lifetime) expect(taken).toBe(false);
          if (age > 4 * lifetime) expect(taken).toBe(true);
          if (taken) lastTaken.set(jti, now);
        }
      }),
    );
  });
});
