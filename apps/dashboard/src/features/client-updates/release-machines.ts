import { Component, computed, inject, input, signal } from '@angular/core';
import { MatButtonToggle, MatButtonToggleGroup } from '@angular/material/button-toggle';
import { RouterLink } from '@angular/router';
import { type MachineUpdate, machineUpdatePageSchema } from '@fleetmend/dashboard-api';
import { Api, apiPath } from '../../api/api';
import { pagedList } from '../../api/paged-list';
import { LoadState } from '../../design/load-state';
import { MoreRows } from '../../design/more-rows';
import { RelativeTime } from '../../design/relative-time';
import { StatusChip } from '../../design/status-chip';
import { updateWords } from './update-words';

/** Which machines are shown, by the word on the button. */
const SHOWN = [
  { value: '', word: 'All' },
  { value: 'rolled-back', word: 'Taken back' },
  { value: 'failed', word: 'Not taken' },
  { value: 'lost', word: 'Lost' },
] as const;

/** The machines that were offered a release, and how they fare with it. */
@Component({
  selector: 'fm-release-machines',
  imports: [
    LoadState,
    MatButtonToggle,
    MatButtonToggleGroup,
    MoreRows,
    RelativeTime,
    RouterLink,
    StatusChip,
  ],
  templateUrl: './release-machines.html',
  styles: `
    .fm-toolbar {
      border-top: 1px solid var(--fm-line);
    }
    .why {
      display: block;
      color: var(--fm-text-muted);
      overflow-wrap: anywhere;
    }
    .none {
      padding: var(--fm-space-2) var(--fm-space-3) var(--fm-space-3);
      color: var(--fm-text-muted);
    }
  `,
})
export class ReleaseMachines {
  readonly releaseId = input('');
  /** For people who hear the page: "Client 0.2.0". */
  readonly name = input.required<string>();

  readonly #api = inject(Api);
  protected readonly shown = signal<string>('');
  protected readonly choices = SHOWN;
  protected readonly words = updateWords;
  readonly #filter = computed(() => ({ id: this.releaseId(), state: this.shown() }));

  protected readonly machines = pagedList({
    filter: this.#filter,
    load: ({ id, state }, page, signal) =>
      this.#api.get(apiPath('releases', id, 'machines'), machineUpdatePageSchema, {
        query: { state, ...page },
        signal,
      }),
    affectedBy: ({ lists }) => lists.includes('releases'),
    id: ({ machineId }: MachineUpdate) => machineId,
  });
}
