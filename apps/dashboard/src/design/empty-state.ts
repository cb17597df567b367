import { Component, input } from '@angular/core';
import { mdiInboxOutline } from '@mdi/js';
import { Icon } from './icon';

/** There is nothing here, why, and (in the content) what to do about it. */
@Component({
  selector: 'fm-empty-state',
  imports: [Icon],
  template: `
    <div class="sign"><fm-icon [path]="icon()" [size]="28" /></div>
    <h2>{{ heading() }}</h2>
    @if (text(); as words) {
      <p>{{ words }}</p>
    }
    <div class="actions"><ng-content /></div>
  `,
  styles: `
    :host {
      display: grid;
      justify-items: center;
      padding: var(--fm-space-6) var(--fm-space-3);
      text-align: center;
    }
    .sign {
      display: grid;
      place-items: center;
      width: 56px;
      height: 56px;
      margin-bottom: var(--fm-space-2);
      border-radius: 50%;
      color: var(--fm-accent-text);
      background: var(--fm-accent-soft);
    }
    p {
      max-width: 56ch;
      margin-top: var(--fm-space-half);
      color: var(--fm-text-muted);
      text-wrap: balance;
    }
    .actions {
      display: flex;
      flex-wrap: wrap;
      justify-content: center;
      gap: var(--fm-space-1);
      margin-top: var(--fm-space-2);
    }
    .actions:empty {
      display: none;
    }
  `,
})
export class EmptyState {
  readonly heading = input.required<string>();
  readonly text = input<string | null>(null);
  readonly icon = input(mdiInboxOutline);
}
