import { Component, input } from '@angular/core';

/** Whether a machine is connected now: a dot that is full or hollow, and the word. */
@Component({
  selector: 'fm-presence',
  template: `<span class="dot" aria-hidden="true"></span>{{ online() ? 'Online' : 'Offline' }}`,
  host: { '[class.online]': 'online()' },
  styles: `
    :host {
      display: inline-flex;
      align-items: center;
      gap: 6px;
      color: var(--fm-text-muted);
      font: var(--fm-type-small);
      white-space: nowrap;
    }
    .dot {
      width: 8px;
      height: 8px;
      border: 1.5px solid var(--fm-line-strong);
      border-radius: 50%;
    }
    :host(.online) {
      color: var(--fm-good-text);
    }
    :host(.online) .dot {
      border-color: var(--fm-good);
      background: var(--fm-good);
    }
  `,
})
export class Presence {
  readonly online = input.required<boolean>();
}
