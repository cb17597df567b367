import { Component, computed, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import { type ComparedMachineView, type PossibleDuplicate } from '@fleetmend/dashboard-api';
import { RelativeTime } from '../../design/relative-time';
import { StatusChip } from '../../design/status-chip';
import { Presence } from '../machines/presence';

interface Row {
  readonly name: string;
  readonly newer: string;
  readonly older: string;
  readonly same: boolean;
  readonly code: boolean;
}

/** The two machines of a pair, side by side; what is the same on both is marked. */
@Component({
  selector: 'fm-duplicate-comparison',
  imports: [Presence, RelativeTime, RouterLink, StatusChip],
  template: `
    <table>
      <caption class="fm-visually-hidden">
        {{
          pair().newer.hostname
        }}
        and
        {{
          pair().older.hostname
        }}
        compared
      </caption>
      <thead>
        <tr>
          <td></td>
          @for (machine of machines(); track machine.id) {
            <th scope="col">
              <a [routerLink]="['/machines', machine.id]">{{ machine.hostname }}</a>
              <span class="which">{{ $first ? 'enrolled later' : 'was there before' }}</span>
            </th>
          }
        </tr>
      </thead>
      <tbody>
        @for (row of rows(); track row.name) {
          <tr [class.same]="row.same">
            <th scope="row">
              {{ row.name }}
              @if (row.same) {
                <fm-status-chip tone="warn">Same</fm-status-chip>
              }
            </th>
            <td [class.fm-code]="row.code">{{ row.newer }}</td>
            <td [class.fm-code]="row.code">{{ row.older }}</td>
          </tr>
        }
        <tr>
          <th scope="row">Connection</th>
          @for (machine of machines(); track machine.id) {
            <td>
              @if (machine.retiredAt !== null) {
                Retired <fm-time [at]="machine.retiredAt" />
              } @else {
                <fm-presence [online]="machine.online" />
                @if (!machine.online) {
                  <span class="when">last seen <fm-time [at]="machine.lastSeenAt" /></span>
                }
              }
            </td>
          }
        </tr>
        <tr>
          <th scope="row">Enrolled</th>
          @for (machine of machines(); track machine.id) {
            <td><fm-time [at]="machine.enrolledAt" /></td>
          }
        </tr>
      </tbody>
    </table>
  `,
  styles: `
    table {
      width: 100%;
      border-collapse: collapse;
      table-layout: fixed;
    }
    th,
    td {
      padding: var(--fm-space-1);
      text-align: start;
      vertical-align: top;
      overflow-wrap: anywhere;
    }
    tr > :first-child {
      padding-inline-start: 0;
      width: 24%;
    }
    tbody th {
      color: var(--fm-text-muted);
      font-weight: inherit;
    }
    tbody tr > * {
      border-top: 1px solid var(--fm-line);
    }
    .which,
    .when {
      display: block;
      color: var(--fm-text-muted);
      font: var(--fm-type-small);
    }
    @media (max-width: 560px) {
      table {
        font: var(--fm-type-small);
      }
      tr > :first-child {
        width: 30%;
      }
      th,
      td {
        padding-inline: var(--fm-space-half);
      }
    }
  `,
})
export class DuplicateComparison {
  readonly pair = input.required<PossibleDuplicate>();
  protected readonly machines = computed(() => [this.pair().newer, this.pair().older]);
  protected readonly rows = computed(() => {
    const { evidence } = this.pair();
    return [
      this.#row('Name', ({ hostname }) => hostname, evidence.includes('hostname')),
      this.#row('Domain', ({ domain }) => domain),
      this.#row('Hardware UUID', (m) => m.smbiosUuid, evidence.includes('smbios-uuid'), true),
      this.#row('MachineGuid', (m) => m.machineGuid, evidence.includes('machine-guid'), true),
      this.#row('Windows', ({ osName, osVersion }) =>
        osName === null ? null : `${osName} ${osVersion ?? ''}`.trim(),
      ),
    ];
  });

  #row(
    name: string,
    value: (machine: ComparedMachineView) => string | null,
    same = false,
    code = false,
  ): Row {
    const { newer, older } = this.pair();
    const words = (machine: ComparedMachineView) => value(machine) ?? 'Not known';
    return { name, newer: words(newer), older: words(older), same, code };
  }
}
