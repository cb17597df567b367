import { DecimalPipe } from '@angular/common';
import { Component, computed, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { Policy, PolicyRehearsal } from '@fleetmend/dashboard-api';
import { RelativeTime } from '../../design/relative-time';
import { Presence } from '../machines/presence';
import { machinesWords } from './policy-words';

/** What a policy would have done, machine by machine, and whom it would leave alone now. */
@Component({
  selector: 'fm-policy-rehearsal-card',
  imports: [DecimalPipe, Presence, RelativeTime, RouterLink],
  template: `
    <section class="fm-card" aria-labelledby="rehearsal-heading">
      <header>
        <h2 id="rehearsal-heading">{{ heading() }}</h2>
        @if (rehearsal().rehearsedAt; as at) {
          <p class="fm-muted">looked <fm-time [at]="at" /></p>
        }
      </header>
      @if (rehearsal().machines.length > 0) {
        <div class="fm-table-frame">
          <table class="fm-table">
            <caption class="fm-visually-hidden">
              Machines that it would have begun with
            </caption>
            <thead>
              <tr>
                <th scope="col">Machine</th>
                <th scope="col">Failure</th>
                <th scope="col">When</th>
              </tr>
            </thead>
            <tbody>
              @for (machine of rehearsal().machines; track machine.machineId + machine.at) {
                <tr>
                  <th scope="row">
                    <a [routerLink]="['/machines', machine.machineId]">{{ machine.hostname }}</a>
                    <fm-presence [online]="machine.online" />
                  </th>
                  <td data-label="Failure">
                    <a [routerLink]="['/failures', machine.fingerprintId]">{{ machine.failure }}</a>
                  </td>
                  <td data-label="When"><fm-time [at]="machine.at" /></td>
                </tr>
              }
            </tbody>
          </table>
        </div>
      } @else {
        <p class="fm-card-body fm-muted">{{ nothing() }}</p>
      }
      @if (rehearsal().excluded.length > 0) {
        <div class="left">
          <h3>Has the failure, and is left alone now</h3>
          <ul>
            @for (each of rehearsal().excluded; track each.exclusion) {
              <li>
                <strong class="fm-numbers">{{ each.machines | number }}</strong> {{ each.reason }}
              </li>
            }
          </ul>
        </div>
      }
    </section>
  `,
  styles: `
    .left {
      display: grid;
      gap: var(--fm-space-1);
      padding: var(--fm-space-2) var(--fm-space-3);
      border-top: 1px solid var(--fm-line);
    }
    ul {
      display: grid;
      gap: var(--fm-space-half);
      list-style: none;
    }
    fm-presence {
      margin-inline-start: var(--fm-space-1);
    }
  `,
})
export class PolicyRehearsalCard {
  readonly policy = input.required<Policy>();
  readonly rehearsal = input.required<PolicyRehearsal>();

  protected readonly heading = computed(() => {
    const { treated, machines } = this.rehearsal();
    if (treated === 0) return 'Rehearsal';
    const shown = treated > machines.length ? `, the newest ${machines.length} are shown` : '';
    return `It would have begun with ${machinesWords(treated)}${shown}`;
  });
  protected readonly nothing = computed(() =>
    this.rehearsal().rehearsedAt === null
      ? 'It has not rehearsed yet. While it rehearses, this says whom it would have begun with.'
      : 'No machine is such that it would have begun with it.',
  );
}
