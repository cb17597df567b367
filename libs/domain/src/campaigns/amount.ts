/** So many, or that part of all. */
export type Amount = { readonly count: number } | { readonly percent: number };

/** How many `amount` is of `all`. A part is rounded up: one percent of ten machines is one machine. */
export function amountOf(amount: Amount, all: number): number {
  return 'count' in amount ? amount.count : Math.ceil((all * amount.percent) / 100 - 1e-9);
}
