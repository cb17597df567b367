import { Injectable, inject } from '@angular/core';
import {
  type ClientVersions,
  type NewRelease,
  type Release,
  type Rollout,
  clientVersionsSchema,
  machinePageSchema,
  releaseListSchema,
  releaseSchema,
} from '@fleetmend/dashboard-api';
import { Api, apiPath } from '../../api/api';
import { ApiError } from '../../api/api-error';
import { type Snapshot, snapshot } from '../../api/snapshot';

/** The releases of the client and what runs in the fleet, kept up to date. Provided by the page that shows them. */
@Injectable()
export class Releases {
  readonly #api = inject(Api);

  readonly list: Snapshot<readonly Release[]> = snapshot({
    key: () => null,
    load: async (_key, signal) =>
      (await this.#api.get('/releases', releaseListSchema, { signal })).items,
    affectedBy: ({ lists }) => lists.includes('releases'),
  });

  readonly versions: Snapshot<ClientVersions['items']> = snapshot({
    key: () => null,
    load: async (_key, signal) =>
      (await this.#api.get('/releases/versions', clientVersionsSchema, { signal })).items,
    affectedBy: ({ lists }) => lists.includes('releases'),
  });

  /** Adds a release by its manifest, and then uploads its executable. */
  async add(manifest: NewRelease['manifest'], executable: Blob): Promise<void> {
    const release = await this.#api.post('/releases', { manifest }, releaseSchema);
    try {
      await this.upload(release, executable);
    } catch (error) {
      // So that the same can be tried again with the right file.
      await this.#api.send('DELETE', apiPath('releases', release.id)).catch(() => undefined);
      throw error;
    } finally {
      await this.list.reload();
    }
  }

  async upload({ id }: Release, executable: Blob): Promise<void> {
    // As bytes: a type that the browser takes from the file's name would say something else.
    const body = new Blob([executable], { type: 'application/octet-stream' });
    await this.#api.put(apiPath('releases', id, 'executable'), body, releaseSchema);
  }

  async rollOut({ id }: Release, rollout: Rollout): Promise<void> {
    await this.#api.put(apiPath('releases', id, 'rollout'), rollout, releaseSchema);
    await this.list.reload();
  }

  async halt({ id }: Release): Promise<void> {
    await this.#api.post(apiPath('releases', id, 'halt'), undefined, releaseSchema);
    await this.list.reload();
  }

  async remove({ id }: Release): Promise<void> {
    await this.#api.send('DELETE', apiPath('releases', id));
    await this.list.reload();
  }

  /** The ids of machines by their whole names. @throws {ApiError} that names those that aren't there. */
  async machinesNamed(names: readonly string[]): Promise<string[]> {
    const found = await Promise.all(names.map((name) => this.#idsOf(name)));
    const missing = names.filter((_, index) => found[index]?.length === 0);
    if (missing.length > 0)
      throw new ApiError('not-found', `There is no machine called ${missing.join(', ')}.`);
    return found.flat();
  }

  async #idsOf(name: string): Promise<string[]> {
    const query = { search: name, limit: 200 };
    const { items } = await this.#api.get('/machines', machinePageSchema, { query });
    return items
      .filter(({ hostname }) => hostname.toLowerCase() === name.toLowerCase())
      .map(({ id }) => id);
  }
}
