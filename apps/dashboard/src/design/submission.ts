import { ElementRef, Injector, type Signal, afterNextRender, inject, signal } from '@angular/core';
import { type FormGroup } from '@angular/forms';
import { toApiError } from '../api/api-error';
import { type FieldOfCode, showProblems } from './contract-validator';

/** Sending a form: once at a time, never while a field is wrong, and what the server refuses is shown. */
export interface Submission {
  readonly busy: Signal<boolean>;
  /** What is wrong with the whole form. */
  readonly problem: Signal<string | null>;
  /** Runs `action` if the form is right; whether it was done. */
  send(action: () => Promise<void>): Promise<boolean>;
}

/** Makes the {@link Submission} of a form; in a field of the form's component. */
export function submission(form: FormGroup, fieldOfCode: FieldOfCode = {}): Submission {
  const host = inject<ElementRef<HTMLElement>>(ElementRef);
  const injector = inject(Injector);
  const busy = signal(false);
  const problem = signal<string | null>(null);

  function toFirstProblem(): void {
    afterNextRender(
      () => host.nativeElement.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(),
      { injector },
    );
  }

  return {
    busy: busy.asReadonly(),
    problem: problem.asReadonly(),
    send: async (action) => {
      if (busy()) return false;
      problem.set(null);
      form.markAllAsTouched();
      if (form.invalid) {
        toFirstProblem();
        return false;
      }
      busy.set(true);
      try {
        await action();
        return true;
      } catch (error) {
        problem.set(showProblems(form, toApiError(error), fieldOfCode));
        toFirstProblem();
        return false;
      } finally {
        busy.set(false);
      }
    },
  };
}
