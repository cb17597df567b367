import { DecimalPipe } from '@angular/common';
import { Component, computed, input } from '@angular/core';
import type { ClientVersions } from '@fleetmend/dashboard-api';

/** How many machines run which client, as bars. */
@Component({
  selector: 'fm-fleet-versions',
  imports: [DecimalPipe],
  template: `
    <table>
      <caption class="fm-visually-hidden">
        Machines by the version of their client
      </caption>
      <thead class="fm-visually-hidden">
        <tr>
          <th scope="col">Version</th>
          <th scope="col">Share</th>
          <th scope="col">Machines</th>
        </tr>
      </thead>
      <tbody>
        @for (row of rows(); track row.version) {
          <tr>
            <th scope="row">{{ row.version ?? 'Not known' }}</th>
            <td class="share">
              <div class="bar" [style.width.%]="row.share"></div>
              <span class="fm-visually-hidden">{{ row.share | number: '1.0-1' }} %</span>
            </td>
            <td class="count">{{ row.machines | number }}</td>
          </tr>
        }
      </tbody>
    </table>
  `,
  styles: `
    table {
      width: 100%;
      border-collapse: collapse;
    }
    th {
      width: 1%;
      padding: 6px var(--fm-space-2) 6px 0;
      font: var(--fm-type-strong);
      text-align: start;
      white-space: nowrap;
    }
    .bar {
      min-width: 3px;
      height: 10px;
      border-radius: var(--fm-radius-round);
      background: var(--fm-accent);
    }
    .share {
      border-radius: var(--fm-radius-round);
    }
    .count {
      width: 1%;
      padding: 6px 0 6px var(--fm-space-2);
      font-variant-numeric: tabular-nums;
      text-align: end;
    }
  `,
})
export class FleetVersions {
  readonly versions = input.required<ClientVersions['items']>();

  protected readonly rows = computed(() => {
    const total = this.versions().reduce((sum, { machines }) => sum + machines, 0);
    return this.versions().map((row) => ({ ...row, share: (row.machines / total) * 100 }));
  });
}
