import { DestroyRef, Injectable, inject, signal } from '@angular/core';

const TICK_MS = 15_000;

/** The time, in milliseconds since 1970, as a signal that moves every 15 s. One timer for all that shows a time. */
@Injectable({ providedIn: 'root' })
export class Clock {
  readonly #now = signal(Date.now());
  readonly now = this.#now.asReadonly();

  constructor() {
    const timer = setInterval(() => {
      this.#now.set(Date.now());
    }, TICK_MS);
    inject(DestroyRef).onDestroy(() => {
      clearInterval(timer);
    });
  }
}
