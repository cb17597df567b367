import { Injectable, inject } from '@angular/core';
import {
  type NewPolicy,
  type Policy,
  type PolicyStateRequest,
  policyListSchema,
  policySchema,
} from '@fleetmend/dashboard-api';
import { Api, apiPath } from '../../api/api';
import { type Snapshot, snapshot } from '../../api/snapshot';

/** The standing policies, kept up to date. Provided by the page that shows them. */
@Injectable()
export class Policies {
  readonly #api = inject(Api);

  readonly list: Snapshot<readonly Policy[]> = snapshot({
    key: () => null,
    load: async (_key, signal) =>
      (await this.#api.get('/policies', policyListSchema, { signal })).items,
    affectedBy: ({ lists, runs }) => lists.includes('policies') || runs.length > 0,
  });

  async create(policy: NewPolicy): Promise<Policy> {
    return await this.#api.post('/policies', policy, policySchema);
  }

  async change(id: string, policy: NewPolicy): Promise<Policy> {
    return await this.#api.put(apiPath('policies', id), policy, policySchema);
  }

  async remove(id: string): Promise<void> {
    await this.#api.send('DELETE', apiPath('policies', id));
  }

  async switch(id: string, request: PolicyStateRequest): Promise<Policy> {
    return await this.#api.post(apiPath('policies', id, 'state'), request, policySchema);
  }
}
