import { type Signal, inject, signal } from '@angular/core';
import { toApiError } from '../api/api-error';
import { Notices } from './notices';

/** Something that a button of a page does. */
export interface Attempt {
  readonly busy: Signal<boolean>;
  /** Does it; what goes wrong is told as a notice. */
  make(action: () => Promise<void>): Promise<void>;
}

/** Makes an {@link Attempt}; in a field of a component. */
export function attempt(): Attempt {
  const notices = inject(Notices);
  const busy = signal(false);
  return {
    busy: busy.asReadonly(),
    make: async (action) => {
      busy.set(true);
      try {
        await action();
      } catch (error) {
        notices.tell(toApiError(error).message);
      } finally {
        busy.set(false);
      }
    },
  };
}
