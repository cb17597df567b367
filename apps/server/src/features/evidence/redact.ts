const REMOVED = '[removed]';

/** What records of machines may hold although nobody should see it: each pattern with what is put in its place. */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  [
    /-----BEGIN ([A-Z ]*)PRIVATE KEY-----[\s\S]*?(?:-----END \1PRIVATE KEY-----|$)/g,
    `${REMOVED}: a private key`,
  ],
  // User and password before the host of an address, as proxies are often given.
  [/\b([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@]{1,200}@/gi, `$1${REMOVED}@`],
  [/\b((?:proxy-)?authorization\s*[:=]\s*)(?:[a-z]+ )?[^\s"',;]+/gi, `$1${REMOVED}`],
  [/\b(bearer\s+)[A-Za-z0-9._~+/=-]{16,}/gi, `$1${REMOVED}`],
  [
    /\b((?:password|passwd|pwd|secret|api[-_]?key|(?:access|refresh|enrolment)[-_]?token)["']?\s*[=:]\s*)(?:"[^"]*"|'[^']*'|[^\s,;&]+)/gi,
    `$1${REMOVED}`,
  ],
];

/** `text` without what looks like a password, a token or a private key. */
export function redact(text: string): string {
  return SECRETS.reduce((rest, [pattern, instead]) => rest.replace(pattern, instead), text);
}
