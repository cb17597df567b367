import { Component, computed, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import { escalationPageSchema } from '@fleetmend/dashboard-api';
import { mdiAccountAlertOutline, mdiStairsUp } from '@mdi/js';
import { Api } from '../../api/api';
import { snapshot } from '../../api/snapshot';
import { Icon } from '../../design/icon';
import { failureWords, stepWords } from './escalation-words';

/** What rules propose for a machine, and whether it needs a person; nothing where there is nothing of that kind. */
@Component({
  selector: 'fm-machine-escalations',
  imports: [Icon, RouterLink],
  template: `
    @for (each of alive(); track each.id) {
      @if (each.state === 'handed-over') {
        <div class="fm-notice fm-notice-warn">
          <fm-icon [path]="person" />
          <p class="fm-notice-text">
            Needs a person: {{ failureWords(each.failure) }} outlived what was tried.
            <a
              routerLink="/escalations"
              [queryParams]="{ state: 'handed-over', machine: each.machineId }"
              >Open the escalation</a
            >
          </p>
        </div>
      } @else {
        <div class="fm-notice fm-notice-info">
          <fm-icon [path]="stairs" />
          <p class="fm-notice-text">
            Proposed next for {{ failureWords(each.failure) }}: {{ stepWords(each.step) }}.
            <a routerLink="/escalations" [queryParams]="{ machine: each.machineId }">Decide</a>
          </p>
        </div>
      }
    }
  `,
  styles: `
    :host {
      display: grid;
      gap: var(--fm-space-1);
    }
    :host:empty {
      display: none;
    }
  `,
})
export class MachineEscalations {
  readonly machineId = input('');

  readonly #api = inject(Api);
  readonly #page = snapshot({
    key: this.machineId,
    load: async (machineId, signal) =>
      machineId === ''
        ? []
        : (
            await this.#api.get('/escalations', escalationPageSchema, {
              query: { machineId, state: 'all', limit: 20 },
              signal,
            })
          ).items,
    affectedBy: ({ lists }) => lists.includes('escalations'),
  });
  protected readonly alive = computed(() =>
    (this.#page.value() ?? []).filter(({ state }) =>
      ['open', 'approved', 'handed-over'].includes(state),
    ),
  );
  protected readonly failureWords = failureWords;
  protected readonly stepWords = stepWords;
  protected readonly person = mdiAccountAlertOutline;
  protected readonly stairs = mdiStairsUp;
}
