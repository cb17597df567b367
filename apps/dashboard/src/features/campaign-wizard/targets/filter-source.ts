import { Component, computed, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { machineFacetsSchema, savedFilterListSchema } from '@fleetmend/dashboard-api';
import { Api } from '../../../api/api';
import { snapshot } from '../../../api/snapshot';
import { elementId } from '../../../design/control-problem';
import { MachineFilters } from '../../machines/machine-filters';
import { type FilterQuery, filterOfQuery, queryOfFilter } from '../../machines/machine-query';
import { filterWords } from '../review/filter-words';
import { CampaignDraft } from '../campaign-draft';

/** Everything that matches a filter, as the list of machines has it. */
@Component({
  selector: 'fm-filter-source',
  imports: [MachineFilters, MatButton],
  template: `
    @if (saved.value()?.length) {
      <div class="fm-field">
        <label [for]="id">Begin with a saved view</label>
        <select #savedBox class="fm-input" [id]="id" (change)="use(savedBox.value)">
          <option value="">None</option>
          @for (each of saved.value(); track each.id) {
            <option [value]="each.id">{{ each.name }}</option>
          }
        </select>
      </div>
    }
    <div class="filters">
      <fm-machine-filters
        [filter]="filter()"
        [facets]="facets.value()"
        (changed)="change($event)"
      />
    </div>
    <p class="fm-muted" aria-live="polite">Every machine: {{ words() }}.</p>
    @if (except().length > 0) {
      <p class="fm-row">
        Without {{ except().length.toLocaleString('en') }} that were taken out by hand.
        <button mat-button type="button" (click)="draft.changeTargets({ except: [] })">
          Take them in again
        </button>
      </p>
    }
  `,
  styles: `
    :host {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      gap: var(--fm-space-2);
    }
    .filters {
      border: 1px solid var(--fm-line);
      border-radius: 8px;
    }
  `,
})
export class FilterSource {
  readonly #api = inject(Api);
  protected readonly draft = inject(CampaignDraft);
  protected readonly id = elementId();
  protected readonly filter = computed(() => this.draft.plan().targets.filter);
  protected readonly except = computed(() => this.draft.plan().targets.except);
  protected readonly words = computed(() => filterWords(this.filter()));

  protected readonly facets = snapshot({
    key: () => null,
    load: (_key, signal) => this.#api.get('/machines/facets', machineFacetsSchema, { signal }),
    affectedBy: () => false,
  });
  protected readonly saved = snapshot({
    key: () => null,
    load: async (_key, signal) =>
      (await this.#api.get('/saved-filters', savedFilterListSchema, { signal })).items,
    affectedBy: ({ lists }) => lists.includes('saved-filters'),
  });

  protected use(id: string): void {
    const found = this.saved.value()?.find((each) => each.id === id);
    if (found !== undefined) this.draft.changeTargets({ filter: found.filter, except: [] });
  }

  /** Another filter: machines that were taken out of the old one are no part of it. */
  protected change(part: FilterQuery): void {
    const filter = filterOfQuery({ ...queryOfFilter(this.filter()), ...part });
    this.draft.changeTargets({ filter, except: [] });
  }
}
