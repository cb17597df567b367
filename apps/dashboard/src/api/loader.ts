import { DestroyRef, computed, inject, signal } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { type Changes } from '@fleetmend/dashboard-api';
import { type ApiError, toApiError } from './api-error';
import { Live } from './live';

/** After a change more of them usually follow: wait a moment. */
const GATHER_MS = 150;
/** The least time between two live reloads, however much changes. */
const PACE_MS = 1000;

/**
 * Keeps one value up to date: at most one load at a time, answers to old questions dropped, live changes gathered,
 * everything loaded again after a reconnect. {@link Snapshot} and {@link PagedList} are made of it.
 * Needs an injection context; ends with it.
 */
export class Loader<T> {
  readonly #loading = signal(false);
  readonly #failure = signal<ApiError | null>(null);
  readonly #value = signal<T | null>(null);
  #running: { readonly abort: AbortController; again: boolean } | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lastStart = -Infinity;
  #ended = false;

  readonly value = this.#value.asReadonly();
  readonly loading = this.#loading.asReadonly();
  readonly error = computed(() => (this.#value() === null ? this.#failure() : null));
  readonly refreshError = computed(() => (this.#value() === null ? null : this.#failure()));

  constructor(
    private readonly load: (signal: AbortSignal) => Promise<T>,
    affectedBy: (changes: Changes) => boolean,
  ) {
    inject(Live)
      .events.pipe(takeUntilDestroyed())
      .subscribe((event) => {
        if (event.type === 'resync') void this.refresh();
        else if (event.changes.truncated || affectedBy(event.changes)) this.#soon();
      });
    inject(DestroyRef).onDestroy(() => {
      this.#ended = true;
      clearTimeout(this.#timer);
      this.#running?.abort.abort();
    });
  }

  /** A new question: whatever is under way is dropped. `clear` forgets the value at once, not with the answer. */
  async restart(clear: boolean): Promise<void> {
    this.#running?.abort.abort();
    this.#running = null;
    if (clear) this.#value.set(null);
    this.#failure.set(null);
    await this.#run(true);
  }

  /** The same question again; while it is under way, once more after it. */
  async refresh(): Promise<void> {
    if (this.#running !== null) {
      this.#running.again = true;
      return;
    }
    await this.#run(false);
  }

  /** Changes the value without asking the server, after a request whose answer says how it is now. */
  update(change: (value: T) => T): void {
    this.#value.update((value) => (value === null ? null : change(value)));
    // What is under way was asked before the change.
    if (this.#running !== null) this.#running.again = true;
  }

  #soon(): void {
    if (this.#timer !== undefined) return;
    const wait = Math.max(GATHER_MS, this.#lastStart + PACE_MS - Date.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.refresh();
    }, wait);
  }

  async #run(anew: boolean): Promise<void> {
    if (this.#ended) return;
    const run = { abort: new AbortController(), again: false };
    this.#running = run;
    this.#lastStart = Date.now();
    this.#loading.set(true);
    try {
      const value = await this.load(run.abort.signal);
      if (this.#running !== run) return;
      this.#value.set(value);
      this.#failure.set(null);
    } catch (error) {
      if (this.#running !== run) return;
      // What is shown answers an older question: rather nothing than that.
      if (anew) this.#value.set(null);
      this.#failure.set(toApiError(error));
    }
    this.#running = null;
    this.#loading.set(false);
    if (run.again) await this.#run(false);
  }
}
