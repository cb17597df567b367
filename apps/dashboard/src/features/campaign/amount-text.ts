import type { Amount } from '@fleetmend/domain';

/** An amount as it is typed: "3" or "10 %". */
export function amountText(amount: Amount | null): string {
  if (amount === null) return '';
  return 'count' in amount ? String(amount.count) : `${amount.percent} %`;
}

/** What was typed as an amount; null when it is none. */
export function parseAmount(text: string): Amount | null {
  const found = /^\s*(\d+(?:[.,]\d+)?)\s*(%?)\s*$/.exec(text);
  if (found === null) return null;
  const value = Number((found[1] ?? '').replace(',', '.'));
  if (found[2] === '%') return value <= 100 ? { percent: value } : null;
  return Number.isInteger(value) && value <= 1_000_000 ? { count: value } : null;
}
