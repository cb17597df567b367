import { type Signal, effect, untracked } from '@angular/core';
import { type Changes } from '@fleetmend/dashboard-api';
import { type Loadable } from './loadable';
import { Loader } from './loader';

export interface SnapshotOptions<T, K> {
  /** What the value depends on (an id, a filter): read as a signal; another key loads anew and forgets the value. */
  readonly key: () => K;
  readonly load: (key: K, signal: AbortSignal) => Promise<T>;
  /** Whether the value may be another one after these changes. `value` is the one that is shown. */
  readonly affectedBy: (changes: Changes, key: K, value: T | null) => boolean;
}

/** One thing of the server, kept up to date as long as whoever made it lives. */
export interface Snapshot<T> extends Loadable {
  readonly value: Signal<T | null>;
  /** Sets what the server has just answered, without asking again. */
  update(change: (value: T) => T): void;
}

/**
 * Makes a {@link Snapshot}; in an injection context, such as a field of a component or of a store it provides.
 * `machine = snapshot({ key: this.id, load: (id, signal) => …, affectedBy: (changes, id) => changes.machines.includes(id) })`
 */
export function snapshot<T, K>(options: SnapshotOptions<T, K>): Snapshot<T> {
  let key = untracked(options.key);
  const loader: Loader<T> = new Loader<T>(
    (signal) => options.load(key, signal),
    (changes) => options.affectedBy(changes, key, loader.value()),
  );
  effect(() => {
    key = options.key();
    untracked(() => void loader.restart(true));
  });
  return {
    value: loader.value,
    loading: loader.loading,
    error: loader.error,
    refreshError: loader.refreshError,
    reload: () => loader.refresh(),
    update: (change) => {
      loader.update(change);
    },
  };
}
