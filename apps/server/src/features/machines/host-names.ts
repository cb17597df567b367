/** A name from a list, taken apart. */
export interface ListedName {
  /** As it stands in the list, without what is around it. */
  readonly given: string;
  /** The computer's own name, in lower case. */
  readonly host: string;
  /** `corp.local` or `corp`, in lower case, where the list says. */
  readonly domain: string | undefined;
}

const SEPARATORS = /[\r\n\u0085\u2028\u2029,;\t]+/;
// Marks of byte order, zero-width characters, and what is left of UTF-16 that was read as bytes.
const INVISIBLE = /[\p{Cc}\p{Cf}]/gu;
const AROUND = /^[\s"'`\u2018-\u201e\u00ab\u00bb\ufffd]+|[\s"'`\u2018-\u201e\u00ab\u00bb\ufffd]+$/g;
const MOST_CHARACTERS = 255;

/**
 * The names of a list that people made: one a line, or parted by commas, semicolons or tabs. Each once, in the order of
 * the list; what can't be a name stays in it, and is found by nobody.
 */
export function readHostNames(text: string): ListedName[] {
  const names = new Map<string, ListedName>();
  for (const part of text.split(SEPARATORS)) {
    const given = part.replace(INVISIBLE, '').replace(AROUND, '').slice(0, MOST_CHARACTERS);
    if (given === '') continue;
    const name = takeApart(given);
    const key = `${name.host}\n${name.domain ?? ''}`;
    if (!names.has(key)) names.set(key, name);
  }
  return [...names.values()];
}

/** `CORP\pc-1`, `pc-1.corp.local.`, `\\pc-1`, `PC-1$` and plain `pc-1`. */
function takeApart(given: string): ListedName {
  // A computer's account in the directory is its name and a dollar.
  const text = given
    .toLowerCase()
    .replace(/^\\+/, '')
    .replace(/[.$]+$/, '');
  const slash = text.lastIndexOf('\\');
  const before = slash > 0 ? text.slice(0, slash) : undefined;
  const name = text.slice(slash + 1);
  const dot = /^[\d.]+$/.test(name) ? -1 : name.indexOf('.');
  if (dot <= 0) return { given, host: name, domain: before };
  return { given, host: name.slice(0, dot), domain: name.slice(dot + 1) };
}

/**
 * Whether a machine that says `known` of its domain can be one of a list that says `listed`. A short (NetBIOS) name
 * fits each part of a long one.
 */
export function domainFits(
  listed: string | undefined,
  known: string | null,
): 'yes' | 'unknown' | 'no' {
  const told = known?.toLowerCase() ?? '';
  if (listed === undefined || listed === '' || told === '') return 'unknown';
  if (listed === told) return 'yes';
  const [short, long] = listed.includes('.') ? [told, listed] : [listed, told];
  return !short.includes('.') && long.split('.').includes(short) ? 'yes' : 'no';
}
