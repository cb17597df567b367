/**
 * The enrolment token of the machine with this name. `text` is what a token file holds: a token for all, and below it,
 * one a line, those of sites with the code that the names of their machines begin with: `BER fmt_…`.
 */
export function tokenFor(text: string, hostname: string): string {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const site = `${hostname.split('-', 1)[0] ?? ''} `;
  const own = lines.find((line) => line.startsWith(site));
  return own === undefined ? (lines[0] ?? '') : own.slice(site.length).trim();
}
