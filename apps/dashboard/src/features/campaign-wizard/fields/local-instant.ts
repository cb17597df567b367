/** An instant as `<input type="datetime-local">` has it, in the browser's time zone; empty for what is none. */
export function toLocalInput(instant: string | null): string {
  const at = instant === null ? NaN : Date.parse(instant);
  if (Number.isNaN(at)) return '';
  const local = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

/** The instant that such a field says; empty for nothing. */
export function fromLocalInput(local: string): string {
  const at = Date.parse(local);
  return Number.isNaN(at) ? '' : new Date(at).toISOString();
}
