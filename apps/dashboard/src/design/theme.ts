import { DOCUMENT } from '@angular/common';
import { Injectable, inject, signal } from '@angular/core';

/** What a person may choose; `system` follows the operating system. */
export const THEME_CHOICES = ['system', 'light', 'dark'] as const;
export type ThemeChoice = (typeof THEME_CHOICES)[number];

/** `public/theme.js` reads it before the first paint. */
const KEY = 'fleetmend.theme';

/** Light or dark, kept in this browser. */
@Injectable({ providedIn: 'root' })
export class Theme {
  readonly #document = inject(DOCUMENT);
  readonly #choice = signal<ThemeChoice>(this.#stored());
  readonly choice = this.#choice.asReadonly();

  choose(choice: ThemeChoice): void {
    this.#choice.set(choice);
    const root = this.#document.documentElement;
    if (choice === 'system') delete root.dataset['theme'];
    else root.dataset['theme'] = choice;
    try {
      localStorage.setItem(KEY, choice);
    } catch {
      // Storage is blocked: the choice lasts as long as the page.
    }
  }

  #stored(): ThemeChoice {
    try {
      const stored = localStorage.getItem(KEY);
      return THEME_CHOICES.find((choice) => choice === stored) ?? 'system';
    } catch {
      return 'system';
    }
  }
}
