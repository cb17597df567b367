/** One field of an audited thing, before and after, as text. */
export interface ChangedField {
  readonly name: string;
  readonly before: string;
  readonly after: string;
  readonly changed: boolean;
}

const NOTHING = '–';

/** What of a thing was changed: the fields of both sides in the order in which they are found, changed ones first. */
export function changedFields(before: unknown, after: unknown): readonly ChangedField[] {
  const old = fieldsOf(before);
  const now = fieldsOf(after);
  const names = [...new Set([...old.keys(), ...now.keys()])];
  const fields = names.map((name) => {
    const was = old.get(name) ?? NOTHING;
    const is = now.get(name) ?? NOTHING;
    return { name, before: was, after: is, changed: was !== is };
  });
  return [...fields.filter(({ changed }) => changed), ...fields.filter(({ changed }) => !changed)];
}

function fieldsOf(value: unknown): ReadonlyMap<string, string> {
  if (value === null || value === undefined) return new Map();
  if (typeof value !== 'object' || Array.isArray(value)) return new Map([['value', text(value)]]);
  return new Map(Object.entries(value).map(([name, field]) => [name, text(field)]));
}

function text(value: unknown): string {
  if (value === null || value === undefined) return NOTHING;
  return typeof value === 'string' ? value : JSON.stringify(value, null, 1);
}
