import type { Amount } from './amount';

/** What keeps this from being an amount, for people, with the path inside it; null = nothing. */
export function amountProblem(amount: Amount): { path: string; message: string } | null {
  if ('count' in amount) {
    const { count } = amount;
    if (Number.isInteger(count) && count >= 0) return null;
    return { path: 'count', message: 'must be a whole number of machines, 0 or more' };
  }
  const { percent } = amount;
  if (percent >= 0 && percent <= 100) return null;
  return { path: 'percent', message: 'must be a number from 0 to 100' };
}
