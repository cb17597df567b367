import { Component, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import { mdiArrowLeft } from '@mdi/js';
import { Icon } from './icon';

/** The head of a page: its `h1`, a line about it, a way back, and in the content what can be done. */
@Component({
  selector: 'fm-page-header',
  imports: [Icon, RouterLink],
  template: `
    @if (backTo(); as target) {
      <a class="back" [routerLink]="target">
        <fm-icon [path]="arrow" [size]="16" />
        {{ backLabel() }}
      </a>
    }
    <div class="line">
      <div class="words">
        <h1>{{ heading() }}</h1>
        @if (description(); as text) {
          <p>{{ text }}</p>
        }
        <ng-content select="[fmBelow]" />
      </div>
      <div class="actions"><ng-content /></div>
    </div>
  `,
  styles: `
    :host {
      display: block;
    }
    .back {
      display: inline-flex;
      align-items: center;
      gap: var(--fm-space-half);
      margin-bottom: var(--fm-space-1);
      font: var(--fm-type-label);
      text-decoration: none;
    }
    .back:hover {
      text-decoration: underline;
    }
    .line {
      display: flex;
      flex-wrap: wrap;
      align-items: flex-start;
      gap: var(--fm-space-2) var(--fm-space-3);
    }
    .words {
      flex: 1 1 320px;
      min-width: 0;
    }
    h1 {
      overflow-wrap: anywhere;
    }
    p {
      max-width: 72ch;
      margin-top: var(--fm-space-half);
      color: var(--fm-text-muted);
    }
    .actions {
      display: flex;
      flex-wrap: wrap;
      gap: var(--fm-space-1);
    }
    .actions:empty {
      display: none;
    }
  `,
})
export class PageHeader {
  readonly heading = input.required<string>();
  readonly description = input<string | null>(null);
  /** Where the way back leads; none without it. */
  readonly backTo = input<string | null>(null);
  readonly backLabel = input('Back');
  protected readonly arrow = mdiArrowLeft;
}
