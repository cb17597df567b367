import { FormControl } from '@angular/forms';
import { holds } from '../../design/contract-validator';

/** The control of a reason, as long as the contract wants it; an optional one may be empty. */
export function reasonControl(optional: boolean): FormControl<string> {
  return new FormControl('', {
    nonNullable: true,
    validators: holds((text) => {
      const { length } = text.trim();
      return (optional && length === 0) || (length >= 3 && length <= 500);
    }, 'Say why, in 3 to 500 characters.'),
  });
}
