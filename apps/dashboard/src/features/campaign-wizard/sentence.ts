/** A message as a sentence: "must be more than nothing" becomes "Must be more than nothing." */
export function sentence(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}${/[.!?]$/.test(message) ? '' : '.'}`;
}
