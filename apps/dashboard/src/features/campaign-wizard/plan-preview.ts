import { DestroyRef, Injectable, computed, effect, inject, signal, untracked } from '@angular/core';
import {
  type CampaignPlan,
  type CampaignPreview,
  campaignPreviewSchema,
} from '@fleetmend/dashboard-api';
import { Api } from '../../api/api';
import { type ApiError, toApiError } from '../../api/api-error';
import { CampaignDraft } from './campaign-draft';

/** Somebody types: most are through with the number by then. */
const SETTLED_MS = 400;

/**
 * What the plan would do, asked anew whenever it changes. Only the answer to the newest question is shown; until it is
 * here the older one stays, marked as such, so that nothing jumps while one types.
 */
@Injectable()
export class PlanPreview {
  readonly #api = inject(Api);
  readonly #draft = inject(CampaignDraft);
  readonly #value = signal<CampaignPreview | null>(null);
  /** Of which question `#value` is the answer. */
  readonly #answered = signal<string | null>(null);
  readonly #error = signal<ApiError | null>(null);
  readonly #asking = signal(false);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: AbortController | null = null;

  /** What a preview depends on: the name and the description change nothing. */
  readonly #question = computed(() => {
    const { plan } = this.#draft.parsed();
    return plan === null ? null : JSON.stringify({ ...plan, name: '–', description: '' });
  });

  readonly value = this.#value.asReadonly();
  readonly error = this.#error.asReadonly();
  readonly asking = this.#asking.asReadonly();
  /** Whether `value` is the answer to the plan as it is now. */
  readonly current = computed(
    () => this.#question() !== null && this.#answered() === this.#question(),
  );

  constructor() {
    let first = true;
    effect(() => {
      const question = this.#question();
      untracked(() => {
        this.#drop();
        if (question === null || question === this.#answered()) return;
        this.#asking.set(true);
        this.#timer = setTimeout(() => void this.#ask(question), first ? 0 : SETTLED_MS);
        first = false;
      });
    });
    inject(DestroyRef).onDestroy(() => {
      this.#drop();
    });
  }

  /** Asks once more, since the fleet may have changed. */
  async refresh(): Promise<void> {
    const question = this.#question();
    if (question === null) return;
    this.#drop();
    await this.#ask(question);
  }

  #drop(): void {
    clearTimeout(this.#timer);
    this.#running?.abort();
    this.#running = null;
    this.#asking.set(false);
  }

  async #ask(question: string): Promise<void> {
    const running = new AbortController();
    this.#running = running;
    this.#asking.set(true);
    try {
      const plan = JSON.parse(question) as CampaignPlan;
      const value = await this.#api.post('/campaigns/preview', { plan }, campaignPreviewSchema, {
        signal: running.signal,
      });
      if (this.#running !== running) return;
      this.#value.set(value);
      this.#answered.set(question);
      this.#error.set(null);
    } catch (error) {
      if (this.#running !== running) return;
      this.#error.set(toApiError(error));
    }
    this.#running = null;
    this.#asking.set(false);
  }
}
