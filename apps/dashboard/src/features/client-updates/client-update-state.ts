import { Component, inject, input } from '@angular/core';
import { machineUpdateListSchema } from '@fleetmend/dashboard-api';
import { Api, apiPath } from '../../api/api';
import { snapshot } from '../../api/snapshot';
import { RelativeTime } from '../../design/relative-time';
import { StatusChip } from '../../design/status-chip';
import { updateWords } from './update-words';

/** How a machine fares with the last release of the client that it was offered; nothing, when there was none. */
@Component({
  selector: 'fm-client-update-state',
  imports: [RelativeTime, StatusChip],
  template: `
    @if (updates.value()?.[0]; as last) {
      <p class="line">
        <fm-status-chip [tone]="words[last.state].tone"
          >{{ last.version }}: {{ words[last.state].word }}</fm-status-chip
        >
        <fm-time [at]="last.changedAt" />
      </p>
      @if (last.state !== 'installed' && last.message !== null) {
        <p class="why">{{ last.message }}</p>
      }
    }
  `,
  styles: `
    .line {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: var(--fm-space-half) var(--fm-space-1);
      padding-top: var(--fm-space-half);
    }
    .why {
      padding-top: var(--fm-space-half);
      color: var(--fm-text-muted);
      overflow-wrap: anywhere;
    }
  `,
})
export class ClientUpdateState {
  readonly machineId = input('');

  readonly #api = inject(Api);
  protected readonly words = updateWords;
  protected readonly updates = snapshot({
    key: this.machineId,
    load: async (id, signal) =>
      (
        await this.#api.get(apiPath('machines', id, 'client-updates'), machineUpdateListSchema, {
          signal,
        })
      ).items,
    affectedBy: ({ machines }, id) => machines.includes(id),
  });
}
