import { Component, DestroyRef, inject, input, output } from '@angular/core';
import { mdiClose, mdiMagnify } from '@mdi/js';
import { Icon } from './icon';

/** After the last key: most people are through with the word by then. */
const SETTLED_MS = 250;

/** Searches while one types: `searched` tells the text when the typing pauses, and at once on Enter or clear. */
@Component({
  selector: 'fm-search-field',
  imports: [Icon],
  template: `
    <fm-icon class="sign" [path]="glass" [size]="18" />
    <input
      #box
      class="fm-input"
      type="search"
      autocomplete="off"
      spellcheck="false"
      maxlength="200"
      [attr.aria-label]="label()"
      [placeholder]="placeholder() || label()"
      [value]="value()"
      (input)="typed(box.value)"
      (keydown.enter)="now(box.value)"
      (keydown.escape)="clear(box)"
    />
    @if (value() !== '') {
      <button type="button" aria-label="Clear the search" (click)="clear(box); box.focus()">
        <fm-icon [path]="cross" [size]="16" />
      </button>
    }
  `,
  styles: `
    :host {
      display: block;
      position: relative;
    }
    .sign {
      position: absolute;
      inset-block-start: 11px;
      inset-inline-start: 12px;
      color: var(--fm-text-muted);
      pointer-events: none;
    }
    .fm-input {
      padding-inline: 38px 36px;
    }
    input::-webkit-search-cancel-button {
      display: none;
    }
    button {
      display: grid;
      place-items: center;
      position: absolute;
      inset-block-start: 6px;
      inset-inline-end: 6px;
      width: 28px;
      height: 28px;
      padding: 0;
      border: 0;
      border-radius: 6px;
      color: var(--fm-text-muted);
      background: none;
      cursor: pointer;
    }
    button:hover {
      color: var(--fm-text);
      background: var(--fm-hover);
    }
  `,
})
export class SearchField {
  /** What is searched for now. */
  readonly value = input('');
  readonly label = input.required<string>();
  readonly placeholder = input('');
  readonly searched = output<string>();

  protected readonly glass = mdiMagnify;
  protected readonly cross = mdiClose;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    inject(DestroyRef).onDestroy(() => {
      clearTimeout(this.#timer);
    });
  }

  protected typed(text: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.searched.emit(text.trim());
    }, SETTLED_MS);
  }

  protected now(text: string): void {
    clearTimeout(this.#timer);
    this.searched.emit(text.trim());
  }

  protected clear(box: HTMLInputElement): void {
    box.value = '';
    this.now('');
  }
}
