import { type Signal } from '@angular/core';
import { type ApiError } from './api-error';

/** Something that is loaded and can be loaded again: what the parts of `design` that show its state need. */
export interface Loadable {
  /** Under way, for the first time or again. */
  readonly loading: Signal<boolean>;
  /** Why there is nothing to show. */
  readonly error: Signal<ApiError | null>;
  /** Why what is shown could not be brought up to date. */
  readonly refreshError: Signal<ApiError | null>;
  /** Loads again; never rejects. */
  reload(): Promise<void>;
}
