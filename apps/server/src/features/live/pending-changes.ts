import type { Changes } from '@fleetmend/dashboard-api';

/** The most ids of one kind that fit into one message. */
const MOST = 500;

type Kind = 'machines' | 'fingerprints' | 'runs' | 'remediations' | 'campaigns';
type List = Changes['lists'][number];

/** Gathers what changed since the last message. */
export class PendingChanges {
  private ids: Readonly<Record<Kind, Set<string>>> = emptyIds();
  private lists = new Set<List>();
  private truncated = false;

  add(kind: Kind, ids: readonly string[]): void {
    const known = this.ids[kind];
    for (const id of ids) {
      if (known.size < MOST || known.has(id)) known.add(id);
      else this.truncated = true;
    }
  }

  addList(list: List): void {
    this.lists.add(list);
  }

  /** Nobody knows what changed: everything may have. */
  addEverything(): void {
    this.truncated = true;
  }

  get isEmpty(): boolean {
    if (this.truncated) return false;
    return this.lists.size === 0 && Object.values(this.ids).every((ids) => ids.size === 0);
  }

  /** What has gathered; afterwards nothing has. */
  take(): Changes {
    const { ids, lists, truncated } = this;
    this.ids = emptyIds();
    this.lists = new Set();
    this.truncated = false;
    return {
      machines: [...ids.machines],
      fingerprints: [...ids.fingerprints],
      runs: [...ids.runs],
      remediations: [...ids.remediations],
      campaigns: [...ids.campaigns],
      lists: [...lists],
      truncated,
    };
  }
}

function emptyIds(): Record<Kind, Set<string>> {
  return {
    machines: new Set(),
    fingerprints: new Set(),
    runs: new Set(),
    remediations: new Set(),
    campaigns: new Set(),
  };
}
