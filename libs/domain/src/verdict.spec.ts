import { VERDICTS } from './run';
import { provesRecovery, toneOf } from './verdict';

it('takes no verdict for proof of recovery that isn’t good', () => {
  const proofs = VERDICTS.filter(provesRecovery);
  expect(proofs).toEqual(['fixed', 'superseded', 'recovered-untreated']);
  expect(proofs.map(toneOf)).toEqual(['good', 'good', 'good']);
});

it.each(['same-error', 'step-failed', 'rolled-back', 'inconsistent', 'lost', 'recurred'] as const)(
  '%s is bad',
  (verdict) => {
    expect(toneOf(verdict)).toBe('bad');
  },
);
