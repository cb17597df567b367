import { type MachineFilter, machineFilterSchema } from '@fleetmend/dashboard-api';

/** The conditions of a filter as an address has them. */
export type FilterQuery = Readonly<Record<string, string | null | undefined>>;

const { shape } = machineFilterSchema;
const FLAGS = [
  'online',
  'failing',
  'duplicate',
  'pendingRestart',
  'lowDisk',
  'chronic',
  'withoutSite',
];

/** Reads a filter from an address; what makes no sense there is left out. */
export function filterOfQuery(query: FilterQuery): MachineFilter {
  const filter: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(shape)) {
    const text = query[name]?.trim();
    if (text === undefined || text === '') continue;
    const value = FLAGS.includes(name) ? flag(text) : text;
    const parsed = schema.safeParse(value);
    if (parsed.success && parsed.data !== undefined) filter[name] = parsed.data;
  }
  return machineFilterSchema.parse(filter);
}

/** Writes a filter into an address: conditions that it doesn't have are taken out of it. */
export function queryOfFilter(filter: MachineFilter): Record<string, string | null> {
  const given: Readonly<Record<string, string | boolean | readonly string[] | undefined>> = filter;
  return Object.fromEntries(
    Object.keys(shape).map((name) => {
      const value = given[name];
      if (value === undefined) return [name, null];
      return [name, typeof value === 'object' ? value.join(',') : String(value)];
    }),
  );
}

/** The same filter is always the same text. */
export function filterKey(filter: MachineFilter): string {
  return JSON.stringify(
    Object.entries(queryOfFilter(filter))
      .filter(([, value]) => value !== null && value !== '')
      .map(([name, value]) => [name, name === 'tag' ? value?.split(',').sort() : value]),
  );
}

function flag(text: string): boolean | undefined {
  return text === 'true' || text === 'false' ? text === 'true' : undefined;
}
