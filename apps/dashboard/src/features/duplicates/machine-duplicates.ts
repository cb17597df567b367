import { Component, inject, input } from '@angular/core';
import { possibleDuplicatePageSchema } from '@fleetmend/dashboard-api';
import { Api } from '../../api/api';
import { snapshot } from '../../api/snapshot';
import { LoadState } from '../../design/load-state';
import { DuplicateCard } from './duplicate-card';

/** The open pairs of one machine. */
@Component({
  selector: 'fm-machine-duplicates',
  imports: [DuplicateCard, LoadState],
  template: `
    @if (pairs.value(); as list) {
      @for (pair of list; track pair.id) {
        <fm-duplicate-card [pair]="pair" (decided)="pairs.reload()" />
      }
    } @else {
      <section class="fm-card"><fm-load-state [of]="pairs" [rows]="3" /></section>
    }
  `,
  styles: `
    :host {
      display: grid;
      gap: var(--fm-space-3);
    }
  `,
})
export class MachineDuplicates {
  readonly machineId = input('');
  readonly #api = inject(Api);
  protected readonly pairs = snapshot({
    key: this.machineId,
    load: async (machineId, signal) =>
      (
        await this.#api.get('/duplicates', possibleDuplicatePageSchema, {
          query: { machineId, state: 'open' },
          signal,
        })
      ).items,
    affectedBy: ({ machines, lists }, id) => machines.includes(id) || lists.includes('duplicates'),
  });
}
