import { Injectable, inject } from '@angular/core';
import {
  type NewUser,
  type User,
  type UserChange,
  userListSchema,
  userSchema,
} from '@fleetmend/dashboard-api';
import { Api, apiPath } from '../../api/api';
import { type Snapshot, snapshot } from '../../api/snapshot';

/** Everybody who may sign in, kept up to date. Provided by the page that shows them. */
@Injectable()
export class Users {
  readonly #api = inject(Api);

  readonly list: Snapshot<readonly User[]> = snapshot({
    key: () => null,
    load: async (_key, signal) => (await this.#api.get('/users', userListSchema, { signal })).items,
    affectedBy: (changes) => changes.lists.includes('users'),
  });

  async add(user: NewUser): Promise<User> {
    const added = await this.#api.post('/users', user, userSchema);
    await this.list.reload();
    return added;
  }

  async change(user: User, change: UserChange): Promise<User> {
    const changed = await this.#api.patch(apiPath('users', user.id), change, userSchema);
    this.list.update((users) => users.map((each) => (each.id === changed.id ? changed : each)));
    return changed;
  }
}
