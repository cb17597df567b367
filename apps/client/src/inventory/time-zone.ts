/** The machine's own time zone as an IANA name, `Europe/Berlin`; nothing where Windows' zone has none. */
export function timeZone(): string | undefined {
  const { timeZone: zone } = new Intl.DateTimeFormat().resolvedOptions();
  // What ICU says when it doesn't know: never take it for a place.
  return /^[A-Za-z]+(?:[/_+-][A-Za-z0-9_+-]+)*$/.test(zone) && zone !== 'Etc/Unknown'
    ? zone
    : undefined;
}
