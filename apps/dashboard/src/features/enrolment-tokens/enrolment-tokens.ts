import { Injectable, inject } from '@angular/core';
import {
  type CreatedEnrolmentToken,
  type EnrolmentToken,
  type NewEnrolmentToken,
  createdEnrolmentTokenSchema,
  enrolmentTokenListSchema,
} from '@fleetmend/dashboard-api';
import { Api, apiPath } from '../../api/api';
import { type Snapshot, snapshot } from '../../api/snapshot';

/** The enrolment tokens, newest first, kept up to date. Provided by the page that shows them. */
@Injectable()
export class EnrolmentTokens {
  readonly #api = inject(Api);

  readonly list: Snapshot<readonly EnrolmentToken[]> = snapshot({
    key: () => null,
    load: async (_key, signal) =>
      (await this.#api.get('/enrolment-tokens', enrolmentTokenListSchema, { signal })).items,
    affectedBy: (changes) => changes.lists.includes('enrolment-tokens'),
  });

  /** Makes a token; the answer holds its secret, which nobody can read again. */
  async create(token: NewEnrolmentToken): Promise<CreatedEnrolmentToken> {
    const created = await this.#api.post('/enrolment-tokens', token, createdEnrolmentTokenSchema);
    void this.list.reload();
    return created;
  }

  async revoke(token: EnrolmentToken): Promise<void> {
    await this.#api.send('DELETE', apiPath('enrolment-tokens', token.id));
    await this.list.reload();
  }
}
