import { type AbstractControl, type FormGroup, type ValidatorFn } from '@angular/forms';
import type * as z from 'zod';
import { type ApiError } from '../api/api-error';

/** The one key of all our validation errors; its value is a sentence for people. */
const PROBLEM = 'problem';

/** A validator that asks the contract's own schema; `message` is what people read when it says no. */
export function fits(schema: z.ZodType, message: string): ValidatorFn {
  return ({ value }: AbstractControl<unknown>) =>
    schema.safeParse(value).success ? null : { [PROBLEM]: message };
}

/** A validator of a text, for a rule that no schema holds. */
export function holds(rule: (value: string) => boolean, message: string): ValidatorFn {
  return ({ value }: AbstractControl<string>) => (rule(value) ? null : { [PROBLEM]: message });
}

/** What is wrong with a control, in words; null when nothing is. */
export function problemOf(control: AbstractControl): string | null {
  const problem: unknown = control.errors?.[PROBLEM];
  if (typeof problem === 'string') return problem;
  return control.errors === null ? null : 'This is not right yet.';
}

/** For which error codes which field is at fault: `{ 'email-taken': 'email' }`. */
export type FieldOfCode = Readonly<Record<string, string>>;

/**
 * Puts what the server said to the fields it said it of, until they change; answers with what is left to say about
 * the whole form, or null.
 */
export function showProblems(
  form: FormGroup,
  error: ApiError,
  fieldOfCode: FieldOfCode = {},
): string | null {
  const field = fieldOfCode[error.code];
  const problems = field === undefined ? error.problems : [{ path: field, message: error.message }];
  if (problems.length === 0) return error.message;
  const elsewhere: string[] = [];
  for (const { path, message } of problems) {
    const control = form.get(path);
    if (control === null) {
      elsewhere.push(`${path}: ${message}`);
      continue;
    }
    control.markAsTouched();
    control.setErrors({ [PROBLEM]: message });
  }
  return elsewhere.length === 0 ? null : elsewhere.join('; ');
}
