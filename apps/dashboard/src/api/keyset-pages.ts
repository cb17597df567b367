import { type Signal, computed, effect, linkedSignal, signal, untracked } from '@angular/core';
import { type Loadable } from './loadable';
import { type PagedListOptions, pagedList } from './paged-list';

/**
 * A list of the server, one page at a time: for lists of thousands, of which neither the page nor its live updates may
 * grow. The server only knows the way on, so the way back is remembered here.
 */
export interface KeysetPages<T> extends Loadable {
  /** The rows of the page; null until the first page is here. */
  readonly value: Signal<readonly T[] | null>;
  /** Like `value`, empty until then. */
  readonly items: Signal<readonly T[]>;
  /** All that match, if the server counts them. */
  readonly total: Signal<number | null>;
  /** The place of the page's first row in the whole list, from 0. Rows that come and go before it are not counted. */
  readonly offset: Signal<number>;
  readonly hasNext: Signal<boolean>;
  readonly hasPrevious: Signal<boolean>;
  next(): void;
  previous(): void;
}

/** Where a page begins: the cursor that the server gave, and how many rows were shown before it. */
interface Start {
  readonly cursor: string | undefined;
  readonly offset: number;
}

const FIRST: Start = { cursor: undefined, offset: 0 };

/** Makes {@link KeysetPages}; in an injection context, such as a field of a component. Another filter begins anew. */
export function keysetPages<T, F>(options: PagedListOptions<T, F>): KeysetPages<T> {
  const filter = computed(options.filter);
  const starts = linkedSignal<F, readonly Start[]>({ source: filter, computation: () => [FIRST] });
  const start = computed(() => starts().at(-1) ?? FIRST);
  const question = computed(() => ({ filter: filter(), start: start() }));
  const nextCursor = signal<string | null>(null);
  /** The page that the rows on the screen belong to; the one that was asked for may still be under way. */
  const shown = signal<Start>(FIRST);

  const list = pagedList<T, { readonly filter: F; readonly start: Start }>({
    ...options,
    filter: question,
    load: async (asked, page, abort) => {
      const cursor = page.cursor ?? asked.start.cursor;
      const answer = await options.load(asked.filter, { ...page, cursor }, abort);
      if (!abort.aborted) {
        nextCursor.set(answer.next);
        shown.set(asked.start);
        // One page is all there is: the list must not go on by itself.
        return { ...answer, next: null };
      }
      return answer;
    },
  });

  effect(() => {
    // What was on this page is gone: there is something to see only further ahead.
    const isEmpty = list.value()?.length === 0 && shown() === start() && shown() !== FIRST;
    if (!isEmpty) return;
    untracked(() => {
      starts.update((all) => all.slice(0, -1));
    });
  });

  return {
    value: list.value,
    items: list.items,
    total: list.total,
    loading: list.loading,
    error: list.error,
    refreshError: list.refreshError,
    reload: () => list.reload(),
    offset: computed(() => shown().offset),
    hasNext: computed(() => nextCursor() !== null),
    hasPrevious: computed(() => starts().length > 1),
    next: () => {
      const cursor = nextCursor();
      // While another page is under way, the cursor still belongs to the one before.
      if (cursor === null || shown() !== start()) return;
      const offset = start().offset + list.items().length;
      starts.update((all) => [...all, { cursor, offset }]);
    },
    previous: () => {
      if (starts().length > 1) starts.update((all) => all.slice(0, -1));
    },
  };
}
