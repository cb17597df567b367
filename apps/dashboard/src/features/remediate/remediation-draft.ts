import { Injectable, computed, inject, signal } from '@angular/core';
import {
  type NewRemediation,
  type PlaybookDescription,
  type Preview,
  type PreviewRequest,
  type Remediation,
  playbookListSchema,
  previewSchema,
  remediationSchema,
} from '@fleetmend/dashboard-api';
import { Api } from '../../api/api';
import { type ApiError, toApiError } from '../../api/api-error';
import { snapshot } from '../../api/snapshot';
import type { RemediateRequest } from './remediate-dialogs';
import { newRequestId } from './request-id';

export type DraftMode = 'execute' | 'dry-run';
type Parameters = Readonly<Record<string, boolean | number>>;

/** What the contract asks of an override's reason. */
export const REASON_MIN_LENGTH = 3;
export const REASON_MAX_LENGTH = 500;

/**
 * A remediation before it exists: what is to be done, who would be included, and the confirmation. Every change of
 * the plan takes the preview back, so that what is confirmed is what was shown.
 */
@Injectable()
export class RemediationDraft {
  readonly #api = inject(Api);

  readonly #request = signal<RemediateRequest | null>(null);
  readonly #playbookName = signal<string | null>(null);
  readonly #mode = signal<DraftMode>('execute');
  readonly #given = signal<Parameters>({});
  readonly #expiresInHours = signal(72);
  readonly #preview = signal<Preview | null>(null);
  readonly #changed = signal(false);
  readonly #busy = signal<'preview' | 'start' | null>(null);
  readonly #problem = signal<ApiError | null>(null);
  readonly #overrideReason = signal('');

  /** One for each plan: sending the same plan again makes no second remediation. */
  #requestId = newRequestId();
  /** Grows with every question and change: an answer to an older one is dropped. */
  #version = 0;

  readonly playbooks = snapshot({
    key: () => null,
    load: async (_key, signal) =>
      (await this.#api.get('/playbooks', playbookListSchema, { signal })).items,
    affectedBy: () => false,
  });

  readonly playbook = computed((): PlaybookDescription | null => {
    const all = this.playbooks.value() ?? [];
    return all.find(({ name }) => name === this.#playbookName()) ?? all[0] ?? null;
  });
  readonly mode = this.#mode.asReadonly();
  readonly expiresInHours = this.#expiresInHours.asReadonly();
  /** The playbook's parameters, as given or else as the playbook has them. */
  readonly parameters = computed((): Parameters => {
    const given = this.#given();
    return Object.fromEntries(
      (this.playbook()?.parameters ?? []).map((parameter) => [
        parameter.name,
        given[parameter.name] ?? parameter.default,
      ]),
    );
  });
  /** What is wrong with a parameter, by its name. */
  readonly parameterProblems = computed((): Readonly<Record<string, string>> => {
    const values = this.parameters();
    return Object.fromEntries(
      (this.playbook()?.parameters ?? []).flatMap(({ name, type, minimum, maximum }) => {
        const value = values[name];
        if (type === 'boolean') return [];
        const low = minimum ?? -Infinity;
        const high = maximum ?? Infinity;
        if (Number.isInteger(value) && Number(value) >= low && Number(value) <= high) return [];
        return [[name, `A whole number from ${minimum ?? '…'} to ${maximum ?? '…'}.`]];
      }),
    );
  });

  /** Who is included and who is not; null before it was asked for. */
  readonly preview = this.#preview.asReadonly();
  /** Whether this preview replaces one that was no longer true when it was confirmed. */
  readonly selectionChanged = this.#changed.asReadonly();
  readonly busy = this.#busy.asReadonly();
  readonly problem = this.#problem.asReadonly();
  readonly overrideReason = this.#overrideReason.asReadonly();

  readonly canPreview = computed(
    () =>
      this.#request() !== null &&
      this.playbook() !== null &&
      Object.keys(this.parameterProblems()).length === 0 &&
      this.#busy() === null,
  );
  readonly needsOverride = computed(() => (this.#preview()?.guard ?? null) !== null);
  readonly hasOverride = computed(() => this.#overrideReason().trim().length >= REASON_MIN_LENGTH);
  readonly canStart = computed(
    () =>
      this.#busy() === null &&
      (this.#preview()?.included ?? 0) > 0 &&
      (!this.needsOverride() || this.hasOverride()),
  );

  begin(request: RemediateRequest): void {
    this.#request.set(request);
    if (request.playbook !== undefined) this.#playbookName.set(request.playbook);
  }

  choosePlaybook(name: string): void {
    this.#playbookName.set(name);
    this.#given.set({});
    this.#planChanged();
  }

  chooseMode(mode: DraftMode): void {
    this.#mode.set(mode);
    this.#planChanged();
  }

  setParameter(name: string, value: boolean | number): void {
    this.#given.update((given) => ({ ...given, [name]: value }));
    this.#planChanged();
  }

  setExpiry(hours: number): void {
    this.#expiresInHours.set(hours);
    this.#planChanged();
  }

  setOverrideReason(reason: string): void {
    this.#overrideReason.set(reason);
  }

  /** Back to the plan; an answer that is still under way is dropped. */
  back(): void {
    this.#version++;
    this.#busy.set(null);
    this.#preview.set(null);
    this.#problem.set(null);
    this.#changed.set(false);
  }

  /** Asks who would be included. */
  async review(): Promise<void> {
    const plan = this.#plan();
    if (plan === null || !this.canPreview()) return;
    this.#changed.set(false);
    await this.#ask(plan);
  }

  /**
   * Starts what the preview showed, and answers with the remediation. Null when it was refused: then `problem` says
   * why, or the preview was made anew because the machines are others now.
   */
  async start(): Promise<Remediation | null> {
    const plan = this.#plan();
    const preview = this.#preview();
    if (plan === null || preview === null || !this.canStart()) return null;
    const version = ++this.#version;
    this.#busy.set('start');
    this.#problem.set(null);
    const body: NewRemediation = {
      ...plan,
      requestId: this.#requestId,
      expectedMachines: preview.included,
      expiresInHours: this.#expiresInHours(),
      ...(this.needsOverride() ? { overrideReason: this.#overrideReason().trim() } : {}),
    };
    try {
      return await this.#api.post('/remediations', body, remediationSchema);
    } catch (thrown) {
      const error = toApiError(thrown);
      if (version !== this.#version) return null;
      if (error.code === 'selection-changed') {
        this.#changed.set(true);
        await this.#ask(plan);
      } else this.#problem.set(error);
      return null;
    } finally {
      if (version === this.#version) this.#busy.set(null);
    }
  }

  async #ask(plan: PreviewRequest): Promise<void> {
    const version = ++this.#version;
    this.#busy.set('preview');
    this.#problem.set(null);
    try {
      const preview = await this.#api.post('/remediations/preview', plan, previewSchema);
      if (version === this.#version) this.#preview.set(preview);
    } catch (thrown) {
      if (version !== this.#version) return;
      this.#preview.set(null);
      this.#changed.set(false);
      this.#problem.set(toApiError(thrown));
    } finally {
      if (version === this.#version) this.#busy.set(null);
    }
  }

  #plan(): PreviewRequest | null {
    const request = this.#request();
    const playbook = this.playbook();
    if (request === null || playbook === null) return null;
    return {
      playbook: playbook.name,
      parameters: this.parameters(),
      mode: this.#mode(),
      selection: request.selection,
      ...(request.fingerprint === undefined ? {} : { fingerprintId: request.fingerprint.id }),
    };
  }

  #planChanged(): void {
    this.#requestId = newRequestId();
    this.back();
  }
}
