import { Injectable, inject } from '@angular/core';
import { MatSnackBar } from '@angular/material/snack-bar';

/** Short words at the lower edge about what was just done; a screen reader hears them. */
@Injectable({ providedIn: 'root' })
export class Notices {
  readonly #bar = inject(MatSnackBar);

  /** Says `text` for five seconds. */
  tell(text: string): void {
    this.#bar.open(text, 'Close', { duration: 5000 });
  }
}
