import { type Signal, computed, signal } from '@angular/core';
import type { MachineFilter, Selection } from '@fleetmend/dashboard-api';

/** How many of the rows on the screen are selected, for the box in the head of the table. */
export type PageState = 'none' | 'some' | 'all';

type State =
  | { readonly mode: 'by-hand'; readonly ids: ReadonlySet<string> }
  | { readonly mode: 'matching'; readonly except: ReadonlySet<string> };

const NOTHING: State = { mode: 'by-hand', ids: new Set() };

/**
 * Which machines of a list are selected: some by hand, or everything that matches the filter (not just the rows that
 * are loaded) without some. `total` is how many match the filter now.
 */
export class MachineSelection {
  readonly #state = signal<State>(NOTHING);
  readonly #total: Signal<number>;

  constructor(total: Signal<number>) {
    this.#total = total;
  }

  /** Whether "all that match" is chosen. */
  readonly isMatching = computed(() => this.#state().mode === 'matching');

  /** How many machines are selected. The preview of a remediation counts them anew. */
  readonly count = computed(() => {
    const state = this.#state();
    if (state.mode === 'by-hand') return state.ids.size;
    return Math.max(0, this.#total() - state.except.size);
  });

  /** How many were released again from "all that match". */
  readonly exceptions = computed(() => {
    const state = this.#state();
    return state.mode === 'matching' ? state.except.size : 0;
  });

  readonly isEmpty = computed(() => this.count() === 0);

  isSelected(id: string): boolean {
    const state = this.#state();
    return state.mode === 'by-hand' ? state.ids.has(id) : !state.except.has(id);
  }

  /** How the rows with these ids stand. */
  pageState(ids: readonly string[]): PageState {
    const selected = ids.filter((id) => this.isSelected(id)).length;
    if (selected === 0) return 'none';
    return selected === ids.length ? 'all' : 'some';
  }

  toggle(id: string): void {
    this.set([id], !this.isSelected(id));
  }

  /** Selects or releases these machines, and leaves the others as they are. */
  set(ids: readonly string[], selected: boolean): void {
    this.#state.update((state) =>
      state.mode === 'by-hand'
        ? { mode: 'by-hand', ids: changed(state.ids, ids, selected) }
        : { mode: 'matching', except: changed(state.except, ids, !selected) },
    );
  }

  /** Selects everything that matches the filter, loaded or not. */
  selectMatching(): void {
    this.#state.set({ mode: 'matching', except: new Set() });
  }

  clear(): void {
    this.#state.set(NOTHING);
  }

  /**
   * The filter changed: "all that match" was said of the old one and is taken back; machines that were selected by
   * hand stay selected.
   */
  filterChanged(): void {
    if (this.isMatching()) this.clear();
  }

  /** What the server is told, or nothing when no machine is selected. */
  toSelection(filter: MachineFilter): Selection | undefined {
    if (this.isEmpty()) return undefined;
    const state = this.#state();
    return state.mode === 'by-hand'
      ? { type: 'machines', machineIds: [...state.ids] }
      : { type: 'matching', filter, except: [...state.except] };
  }
}

function changed(
  set: ReadonlySet<string>,
  ids: readonly string[],
  present: boolean,
): ReadonlySet<string> {
  const next = new Set(set);
  for (const id of ids) {
    if (present) next.add(id);
    else next.delete(id);
  }
  return next;
}
