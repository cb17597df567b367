import { Component, computed, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { mdiAlertCircleOutline, mdiCloudOffOutline, mdiMagnifyClose, mdiRefresh } from '@mdi/js';
import { type Loadable } from '../api/loadable';
import { Icon } from './icon';

/**
 * What stands where a value will be: bars while it loads, or what went wrong with a way to try again.
 * `@if (machine.value(); as value) { … } @else { <fm-load-state [of]="machine" /> }`
 */
@Component({
  selector: 'fm-load-state',
  imports: [Icon, MatButton],
  template: `
    @if (of().error(); as error) {
      <div class="problem" role="alert">
        <fm-icon [path]="sign()" [size]="32" />
        <h2>{{ heading() }}</h2>
        <p>{{ error.message }}</p>
        @if (error.code !== 'not-found') {
          <button mat-stroked-button type="button" (click)="of().reload()">
            <fm-icon [path]="retry" [size]="18" /> Try again
          </button>
        }
      </div>
    } @else {
      <div class="bars" role="status">
        <span class="fm-visually-hidden">Loading…</span>
        @for (width of widths(); track $index) {
          <div class="bar" [style.width.%]="width"></div>
        }
      </div>
    }
  `,
  styles: `
    .problem {
      display: grid;
      justify-items: center;
      gap: var(--fm-space-1);
      padding: var(--fm-space-6) var(--fm-space-3);
      text-align: center;
    }
    .problem > fm-icon {
      color: var(--fm-bad-text);
    }
    .problem p {
      max-width: 60ch;
      color: var(--fm-text-muted);
      overflow-wrap: anywhere;
    }
    .problem button {
      margin-top: var(--fm-space-1);
    }
    .bars {
      display: grid;
      gap: var(--fm-space-3);
      padding: var(--fm-space-3);
    }
    .bar {
      height: 14px;
      border-radius: 7px;
      background: var(--fm-quiet-soft);
      animation: breathe 1.6s ease-in-out infinite;
    }
    @keyframes breathe {
      50% {
        opacity: 0.45;
      }
    }
  `,
})
export class LoadState {
  readonly of = input.required<Loadable>();
  /** How many bars stand for what loads. */
  readonly rows = input(6);

  protected readonly retry = mdiRefresh;
  protected readonly widths = computed(() =>
    Array.from({ length: this.rows() }, (_, index) => 94 - ((index * 17) % 48)),
  );
  protected readonly sign = computed(() => {
    const code = this.of().error()?.code;
    if (code === 'not-found') return mdiMagnifyClose;
    return code === 'unreachable' ? mdiCloudOffOutline : mdiAlertCircleOutline;
  });
  protected readonly heading = computed(() => {
    const code = this.of().error()?.code;
    if (code === 'not-found') return 'Not found';
    return code === 'unreachable' ? 'The server does not answer' : 'This could not be loaded';
  });
}
