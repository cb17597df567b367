import { Injectable, inject } from '@angular/core';
import {
  type NewSavedFilter,
  type SavedFilter,
  savedFilterListSchema,
  savedFilterSchema,
} from '@fleetmend/dashboard-api';
import { Api, apiPath } from '../../api/api';
import { type Snapshot, snapshot } from '../../api/snapshot';

/** One's own saved filters and the shared ones, kept up to date. Provided by the page that shows them. */
@Injectable()
export class SavedFilters {
  readonly #api = inject(Api);

  readonly list: Snapshot<readonly SavedFilter[]> = snapshot({
    key: () => null,
    load: async (_key, signal) =>
      (await this.#api.get('/saved-filters', savedFilterListSchema, { signal })).items,
    affectedBy: (changes) => changes.lists.includes('saved-filters'),
  });

  /** Adds one, or changes the one with this id. */
  async save(given: NewSavedFilter, id?: string): Promise<void> {
    if (id === undefined) await this.#api.post('/saved-filters', given, savedFilterSchema);
    else await this.#api.put(apiPath('saved-filters', id), given, savedFilterSchema);
    await this.list.reload();
  }

  async delete(id: string): Promise<void> {
    await this.#api.send('DELETE', apiPath('saved-filters', id));
    await this.list.reload();
  }
}
