import { Component, inject, input, signal } from '@angular/core';
import { Clipboard } from '@angular/cdk/clipboard';
import { LiveAnnouncer } from '@angular/cdk/a11y';
import { MatButton } from '@angular/material/button';
import { mdiCheck, mdiContentCopy } from '@mdi/js';
import { Icon } from './icon';

const SHOWN_MS = 2000;

/** Copies `text` and says that it did. Works without a secure context too, as on a plain http address. */
@Component({
  selector: 'fm-copy-button',
  imports: [Icon, MatButton],
  template: `<button mat-stroked-button type="button" (click)="copy()" [attr.aria-label]="spoken()">
    <fm-icon [path]="copied() ? check : sheets" [size]="18" />
    {{ copied() ? 'Copied' : 'Copy' }}
  </button>`,
})
export class CopyButton {
  readonly text = input.required<string>();
  /** What is copied: "the install command". */
  readonly noun = input('');
  protected readonly copied = signal(false);
  protected readonly check = mdiCheck;
  protected readonly sheets = mdiContentCopy;
  readonly #clipboard = inject(Clipboard);
  readonly #announcer = inject(LiveAnnouncer);

  protected spoken(): string {
    return `${this.copied() ? 'Copied' : 'Copy'} ${this.noun()}`.trim();
  }

  protected copy(): void {
    const done = this.#clipboard.copy(this.text());
    void this.#announcer.announce(done ? 'Copied' : 'The browser refused to copy');
    if (!done) return;
    this.copied.set(true);
    setTimeout(() => {
      this.copied.set(false);
    }, SHOWN_MS);
  }
}
