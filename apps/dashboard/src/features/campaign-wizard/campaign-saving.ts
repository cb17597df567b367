import { Injectable, effect, inject, signal } from '@angular/core';
import {
  type CampaignActionRequest,
  type CampaignDetail,
  type NewCampaign,
  campaignDetailSchema,
} from '@fleetmend/dashboard-api';
import { Api, apiPath } from '../../api/api';
import { type ApiError, toApiError } from '../../api/api-error';
import { newRequestId } from '../remediate/request-id';
import { CampaignDraft } from './campaign-draft';
import { PlanPreview } from './plan-preview';

/** What is done with a plan that is written. */
export type Sending = 'save' | 'submit' | 'launch' | 'discard';

/** Makes the campaign of the draft, or changes it, and launches or submits it. */
@Injectable()
export class CampaignSaving {
  readonly #api = inject(Api);
  readonly #draft = inject(CampaignDraft);
  readonly #preview = inject(PlanPreview);
  /** The campaign that is changed; null as long as there is none. */
  readonly #id = signal<string | null>(null);
  readonly #busy = signal<Sending | null>(null);
  readonly #problem = signal<ApiError | null>(null);
  readonly #machinesChanged = signal(false);
  /** One for each plan: sending the same plan again makes no second campaign. */
  #requestId = newRequestId();

  readonly id = this.#id.asReadonly();
  readonly busy = this.#busy.asReadonly();
  /** Why it was refused. */
  readonly problem = this.#problem.asReadonly();
  /** The launch was refused since the machines are others now; the preview was made anew. */
  readonly machinesChanged = this.#machinesChanged.asReadonly();

  constructor() {
    effect(() => {
      this.#draft.plan();
      this.#requestId = newRequestId();
      this.#problem.set(null);
      this.#machinesChanged.set(false);
    });
  }

  /** The campaign that is edited. */
  edit({ id }: CampaignDetail): void {
    this.#id.set(id);
  }

  /** Saves, and then does what is wanted. Answers with the campaign, or null when it was refused. */
  async send(what: Exclude<Sending, 'discard'>): Promise<CampaignDetail | null> {
    const expectedMachines = this.#preview.value()?.included ?? 0;
    return await this.#try(what, async () => {
      const saved = await this.#save();
      if (what === 'save') return saved;
      const action: CampaignActionRequest =
        what === 'launch' ? { action: 'launch', expectedMachines } : { action: 'submit' };
      return await this.#api.post(
        apiPath('campaigns', saved.id, 'actions'),
        action,
        campaignDetailSchema,
      );
    });
  }

  /** Throws the draft away; whether that was done. */
  async discard(): Promise<boolean> {
    const id = this.#id();
    if (id === null) return true;
    const done = await this.#try('discard', async () => {
      await this.#api.send('DELETE', apiPath('campaigns', id));
      return true;
    });
    return done ?? false;
  }

  async #save(): Promise<CampaignDetail> {
    const { plan } = this.#draft.parsed();
    if (plan === null) throw new Error('The plan is not complete yet.');
    const id = this.#id();
    const body: NewCampaign = { requestId: this.#requestId, plan, parentId: null };
    const saved =
      id === null
        ? await this.#api.post('/campaigns', body, campaignDetailSchema)
        : await this.#api.put(apiPath('campaigns', id), plan, campaignDetailSchema);
    this.#id.set(saved.id);
    this.#draft.saved();
    return saved;
  }

  async #try<T>(what: Sending, action: () => Promise<T>): Promise<T | null> {
    if (this.#busy() !== null) return null;
    this.#busy.set(what);
    this.#problem.set(null);
    this.#machinesChanged.set(false);
    try {
      return await action();
    } catch (thrown) {
      const error = toApiError(thrown);
      if (error.code === 'selection-changed') {
        await this.#preview.refresh();
        this.#machinesChanged.set(true);
      } else this.#problem.set(error);
      return null;
    } finally {
      this.#busy.set(null);
    }
  }
}
