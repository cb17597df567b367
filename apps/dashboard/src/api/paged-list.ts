import { type Signal, computed, effect, signal, untracked } from '@angular/core';
import { type Changes, type Page } from '@fleetmend/dashboard-api';
import { type ApiError, toApiError } from './api-error';
import { type Loadable } from './loadable';
import { Loader } from './loader';

/** The contract's most. */
const MOST_PER_REQUEST = 200;

/** What one request asks for: the query parameters of a page. */
export interface PageRequest {
  readonly cursor: string | undefined;
  readonly limit: number;
}

export interface PagedListOptions<T, F> {
  /** What is listed: read as a signal; another filter lists anew, the old rows stay until the new ones are here. */
  readonly filter: () => F;
  readonly load: (filter: F, page: PageRequest, signal: AbortSignal) => Promise<Page<T>>;
  readonly affectedBy: (changes: Changes, items: readonly T[]) => boolean;
  readonly id: (item: T) => string;
  readonly pageSize?: number;
}

/** A list of the server that is fetched page by page and kept up to date as far as it is shown. */
export interface PagedList<T> extends Loadable {
  /** Null until the first page is here. */
  readonly value: Signal<readonly T[] | null>;
  /** Like `value`, empty until then. */
  readonly items: Signal<readonly T[]>;
  /** All that match, if the server counts them. */
  readonly total: Signal<number | null>;
  readonly hasMore: Signal<boolean>;
  readonly loadingMore: Signal<boolean>;
  readonly moreError: Signal<ApiError | null>;
  loadMore(): Promise<void>;
}

interface Shown<T> {
  readonly items: readonly T[];
  readonly next: string | null;
  readonly total: number | null;
}

/** Makes a {@link PagedList}; in an injection context, such as a field of a component. */
export function pagedList<T, F>(options: PagedListOptions<T, F>): PagedList<T> {
  const pageSize = options.pageSize ?? 50;
  /** Its identity tells one filter from the next. */
  let filter = untracked(options.filter);
  let wanted = pageSize;
  /** Grows with every answer that replaces the list: a page that continues an older list is dropped. */
  let version = 0;

  const loader: Loader<Shown<T>> = new Loader<Shown<T>>(
    async (abort) => {
      const shown = await loadAll(options, filter, wanted, abort);
      version++;
      return shown;
    },
    (changes) => options.affectedBy(changes, loader.value()?.items ?? []),
  );
  const loadingMore = signal(false);
  const moreError = signal<ApiError | null>(null);

  effect(() => {
    filter = options.filter();
    wanted = pageSize;
    version++;
    untracked(() => {
      moreError.set(null);
      void loader.restart(false);
    });
  });

  async function loadMore(): Promise<void> {
    const shown = loader.value();
    if (shown?.next == null || loadingMore()) return;
    const asked = version;
    const askedFilter = filter;
    loadingMore.set(true);
    moreError.set(null);
    try {
      const page = await options.load(
        filter,
        { cursor: shown.next, limit: pageSize },
        new AbortController().signal,
      );
      if (askedFilter !== filter) return;
      wanted = Math.max(wanted, shown.items.length + page.items.length);
      if (asked === version) loader.update((current) => append(current, page, options.id));
      // The list was loaded anew meanwhile: once more, now as far as is wanted.
      else void loader.refresh();
    } catch (error) {
      if (asked === version) moreError.set(toApiError(error));
    } finally {
      loadingMore.set(false);
    }
  }

  return {
    value: computed(() => loader.value()?.items ?? null),
    items: computed(() => loader.value()?.items ?? []),
    total: computed(() => loader.value()?.total ?? null),
    hasMore: computed(() => (loader.value()?.next ?? null) !== null),
    loading: loader.loading,
    error: loader.error,
    refreshError: loader.refreshError,
    loadingMore: loadingMore.asReadonly(),
    moreError: moreError.asReadonly(),
    reload: () => loader.refresh(),
    loadMore,
  };
}

/** The list from its start, `wanted` long if there is so much. */
async function loadAll<T, F>(
  options: PagedListOptions<T, F>,
  filter: F,
  wanted: number,
  abort: AbortSignal,
): Promise<Shown<T>> {
  let shown: Shown<T> = { items: [], next: null, total: null };
  for (let asked = 0; asked < wanted; asked += MOST_PER_REQUEST) {
    const limit = Math.min(MOST_PER_REQUEST, wanted - asked);
    const page = await options.load(filter, { cursor: shown.next ?? undefined, limit }, abort);
    shown = append(shown, page, options.id);
    if (page.next === null) break;
  }
  return shown;
}

function append<T>(shown: Shown<T>, page: Page<T>, id: (item: T) => string): Shown<T> {
  const known = new Set(shown.items.map(id));
  return {
    items: [...shown.items, ...page.items.filter((item) => !known.has(id(item)))],
    next: page.next,
    total: page.total ?? shown.total,
  };
}
