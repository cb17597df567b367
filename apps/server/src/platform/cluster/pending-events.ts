import type { ClusterMessage } from './cluster-messages';

/** The most names that are told one by one; beyond them everything has changed. */
const MOST = 1_000;

/** Events of one name that differ in their lists only. */
interface Gathered {
  readonly name: ClusterMessage['name'];
  readonly rest: object;
  readonly lists: Map<string, Set<unknown>>;
}

/** Events that wait to be told together, each name in them once. */
export class PendingEvents {
  private gathered = new Map<string, Gathered>();
  private count = 0;
  private overflown = false;

  get isEmpty(): boolean {
    return this.gathered.size === 0 && !this.overflown;
  }

  add({ name, payload }: ClusterMessage): void {
    if (this.overflown) return;
    const fields = Object.entries(payload) as [string, unknown][];
    const rest = Object.fromEntries(fields.filter(([, value]) => !Array.isArray(value)));
    const key = `${name} ${JSON.stringify(rest)}`;
    const { lists } = this.gathered.get(key) ?? this.begin(key, name, rest);
    for (const [field, value] of fields) {
      if (!Array.isArray(value)) continue;
      const known = lists.get(field) ?? new Set<unknown>();
      lists.set(field, known);
      const before = known.size;
      for (const each of value as unknown[]) known.add(each);
      this.count += known.size - before;
    }
    if (this.count > MOST) this.overflow();
  }

  /** Too much, or nobody knows what: everything has changed. */
  overflow(): void {
    this.gathered = new Map();
    this.overflown = true;
  }

  /** What has gathered; afterwards nothing has. */
  take(): ClusterMessage[] {
    const { gathered, overflown } = this;
    this.gathered = new Map();
    this.count = 0;
    this.overflown = false;
    if (overflown) return [{ name: 'everything-changed', payload: {} }];
    return [...gathered.values()].map(({ name, rest, lists }) => {
      const filled = [...lists].map(([field, known]) => [field, [...known]] as const);
      return { name, payload: { ...rest, ...Object.fromEntries(filled) } } as ClusterMessage;
    });
  }

  private begin(key: string, name: ClusterMessage['name'], rest: object): Gathered {
    const begun = { name, rest, lists: new Map<string, Set<unknown>>() };
    this.gathered.set(key, begun);
    return begun;
  }
}
