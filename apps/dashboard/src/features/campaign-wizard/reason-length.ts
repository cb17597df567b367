/** What the contract asks of a reason, at least. */
export const REASON_MIN_LENGTH = 3;
