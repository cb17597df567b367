import { Component, computed, inject } from '@angular/core';
import { mdiAccessPoint, mdiAccessPointOff } from '@mdi/js';
import { Live } from '../api/live';
import { Icon } from '../design/icon';

/** Whether the page hears of changes as they happen. */
@Component({
  selector: 'fm-connection-state',
  imports: [Icon],
  template: `
    <span class="state" role="status" [class.live]="live()" [title]="explanation()">
      <fm-icon [path]="live() ? on : off" [size]="18" />
      <span class="word">{{ live() ? 'Live' : 'Reconnecting…' }}</span>
    </span>
  `,
  styles: `
    .state {
      display: inline-flex;
      align-items: center;
      gap: 6px;
      padding: 4px 10px;
      border-radius: var(--fm-radius-round);
      color: var(--fm-warn-text);
      background: var(--fm-warn-soft);
      font: var(--fm-type-label);
      white-space: nowrap;
    }
    .live {
      color: var(--fm-good-text);
      background: transparent;
    }
    @media (max-width: 480px) {
      .word {
        position: absolute;
        width: 1px;
        height: 1px;
        overflow: hidden;
        clip-path: inset(50%);
      }
    }
  `,
})
export class ConnectionState {
  readonly #live = inject(Live);
  protected readonly on = mdiAccessPoint;
  protected readonly off = mdiAccessPointOff;
  protected readonly live = computed(() => this.#live.state() === 'connected');
  protected readonly explanation = computed(() =>
    this.live()
      ? 'Changes appear as they happen'
      : 'The live connection is away. What you see may be out of date; it is loaded again as soon as the connection is back.',
  );
}
