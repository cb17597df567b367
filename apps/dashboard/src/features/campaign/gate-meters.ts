import { Component, computed, input } from '@angular/core';
import type { GateMeter } from '@fleetmend/dashboard-api';
import { mdiAlertCircle, mdiCheckCircle, mdiProgressClock } from '@mdi/js';
import { Icon } from '../../design/icon';
import { meterLabel, meterShares, meterStateWord, meterWords } from './meter-words';

/** The conditions of a gate: how far each is, with a mark at its limit, and the same in words. */
@Component({
  selector: 'fm-gate-meters',
  imports: [Icon],
  template: `
    <ul [attr.aria-label]="label()">
      @for (row of rows(); track row.id) {
        <li [attr.data-state]="row.state" [attr.data-direction]="row.direction">
          <p>
            <span class="name">{{ row.label }}</span>
            <span class="words fm-numbers">{{ row.words }}</span>
            <fm-icon [path]="row.icon" [size]="16" />
            <span class="fm-visually-hidden">, {{ row.stateWord }}</span>
          </p>
          <div class="track" aria-hidden="true">
            <span class="bar" [style.inline-size.%]="row.shares.value * 100"></span>
            @if (row.direction !== 'until') {
              <span class="mark" [style.inset-inline-start.%]="row.shares.limit * 100"></span>
            }
          </div>
        </li>
      }
    </ul>
  `,
  styleUrl: './gate-meters.scss',
})
export class GateMeters {
  readonly meters = input.required<readonly GateMeter[]>();
  /** What they are the conditions of: "Gate of wave 2". */
  readonly label = input.required<string>();

  protected readonly rows = computed(() =>
    this.meters().map((meter) => ({
      id: meter.id,
      state: meter.state,
      direction: meter.direction,
      label: meterLabel(meter),
      words: meterWords(meter),
      stateWord: meterStateWord(meter),
      shares: meterShares(meter),
      icon: ICONS[meter.state],
    })),
  );
}

const ICONS: Readonly<Record<GateMeter['state'], string>> = {
  broken: mdiAlertCircle,
  met: mdiCheckCircle,
  open: mdiProgressClock,
};
