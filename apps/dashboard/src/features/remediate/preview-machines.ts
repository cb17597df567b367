import { DecimalPipe } from '@angular/common';
import { Component, input } from '@angular/core';
import type { PreviewMachine } from '@fleetmend/dashboard-api';
import { mdiCheckCircleOutline, mdiMinusCircleOutline } from '@mdi/js';
import { Icon } from '../../design/icon';

/** Machine by machine: included or left out, and why. */
@Component({
  selector: 'fm-preview-machines',
  imports: [DecimalPipe, Icon],
  template: `
    <!-- Scrolls, so the keyboard must reach it. -->
    <div class="frame" tabindex="0" role="region" aria-label="Machines of the preview">
      <ul>
        @for (machine of machines(); track machine.machineId) {
          <li [class.out]="!machine.included">
            <fm-icon [path]="machine.included ? check : minus" [size]="18" />
            <span class="name">{{ machine.hostname }}</span>
            <span class="why">{{
              (machine.included ? '' : 'Left out: ') +
                (machine.reason ?? (machine.included ? 'Starts at once' : 'no reason was given'))
            }}</span>
          </li>
        }
      </ul>
    </div>
    @if (total() > machines().length) {
      <p class="more">and {{ total() - machines().length | number }} more</p>
    }
  `,
  styles: `
    :host {
      display: block;
    }
    .frame {
      max-height: 232px;
      overflow-y: auto;
      border: 1px solid var(--fm-line);
      border-radius: var(--fm-radius-small);
    }
    ul {
      list-style: none;
    }
    li {
      display: grid;
      grid-template-columns: 18px minmax(0, 2fr) minmax(0, 3fr);
      gap: var(--fm-space-1);
      padding: 6px var(--fm-space-1h);
    }
    li + li {
      border-top: 1px solid var(--fm-line);
    }
    fm-icon {
      color: var(--fm-good);
    }
    .out fm-icon {
      color: var(--fm-text-muted);
    }
    .name {
      overflow-wrap: anywhere;
      font: var(--fm-type-strong);
    }
    .why {
      color: var(--fm-text-muted);
    }
    .out .name {
      font-weight: 400;
    }
    .more {
      margin-top: var(--fm-space-half);
      color: var(--fm-text-muted);
      font: var(--fm-type-small);
    }
  `,
})
export class PreviewMachines {
  readonly machines = input.required<readonly PreviewMachine[]>();
  /** How many there are; only the first ones are listed. */
  readonly total = input.required<number>();
  protected readonly check = mdiCheckCircleOutline;
  protected readonly minus = mdiMinusCircleOutline;
}
