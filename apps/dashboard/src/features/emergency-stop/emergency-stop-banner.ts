import { Component, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { mdiAlertOctagon } from '@mdi/js';
import { SessionState } from '../../api/session-state';
import { Icon } from '../../design/icon';
import { RelativeTime } from '../../design/relative-time';
import { EmergencyStopDialogs } from './emergency-stop-dialogs';
import { EmergencyStopState } from './emergency-stop-state';

/** Over every page while the emergency stop is on: who, why, since when, and the way to release it. */
@Component({
  selector: 'fm-emergency-stop-banner',
  imports: [Icon, MatButton, RelativeTime],
  template: `
    <div role="alert">
      @if (stop.value(); as value) {
        @if (value.on) {
          <div class="banner">
            <fm-icon [path]="sign" [size]="28" />
            <div class="words">
              <p class="what">Emergency stop: no machine gets an order</p>
              <p>
                @if (value.reason; as reason) {
                  “{{ reason }}”
                }
                @if (value.by; as by) {
                  by {{ by }},
                }
                <fm-time [at]="value.at" />
              </p>
            </div>
            @if (session.can('operator')) {
              <button mat-stroked-button type="button" (click)="dialogs.open(false)">
                Release…
              </button>
            }
          </div>
        }
      }
    </div>
  `,
  styles: `
    .banner {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: var(--fm-space-1h) var(--fm-space-2);
      padding: var(--fm-space-1h) var(--fm-space-3);
      color: #fff;
      background: #a31d16;
    }
    .words {
      flex: 1 1 220px;
      min-width: 0;
      overflow-wrap: anywhere;
    }
    .what {
      font: var(--fm-type-heading);
    }
    button {
      --mat-button-outlined-label-text-color: #fff;
      --mat-button-outlined-outline-color: #fff;
      --mat-button-outlined-state-layer-color: #fff;
    }
    button:focus-visible {
      outline-color: #fff;
    }
    @media (max-width: 480px) {
      .banner {
        padding-inline: var(--fm-space-2);
      }
    }
  `,
})
export class EmergencyStopBanner {
  protected readonly stop = inject(EmergencyStopState);
  protected readonly dialogs = inject(EmergencyStopDialogs);
  protected readonly session = inject(SessionState);
  protected readonly sign = mdiAlertOctagon;
}
