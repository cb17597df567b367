import { Injectable, computed, inject, signal } from '@angular/core';
import {
  type CampaignPlan,
  type PlaybookDescription,
  type TargetSource,
  fingerprintSchema,
  playbookListSchema,
} from '@fleetmend/dashboard-api';
import { Api, apiPath } from '../../api/api';
import { snapshot } from '../../api/snapshot';
import { Clock } from '../../design/clock';
import { failureLabel } from './failure-label';
import {
  type DraftPlan,
  type DraftTargets,
  draftOf,
  newDraftPlan,
  planOf,
  sourceOf,
  withSource,
} from './draft-plan';
import { parsePlan } from './plan-parse';

/** The plan of a campaign while somebody writes it, with what is proposed where nothing is said. */
@Injectable()
export class CampaignDraft {
  readonly #api = inject(Api);
  readonly #clock = inject(Clock);
  readonly #plan = signal<DraftPlan>(newDraftPlan(this.#clock.now()));
  readonly #changed = signal(false);

  readonly plan = this.#plan.asReadonly();
  /** Whether something would be lost. */
  readonly changed = this.#changed.asReadonly();
  readonly source = computed(() => sourceOf(this.#plan()));

  readonly #fingerprintId = computed(() => this.#plan().fingerprintId);
  /** The failure that is to be mended, as it stands now. */
  readonly fingerprint = snapshot({
    key: this.#fingerprintId,
    load: async (id, signal) =>
      id === null
        ? null
        : await this.#api.get(apiPath('fingerprints', id), fingerprintSchema, { signal }),
    affectedBy: () => false,
  });
  readonly playbooks = snapshot({
    key: () => null,
    load: async (_key, signal) =>
      (await this.#api.get('/playbooks', playbookListSchema, { signal })).items,
    affectedBy: () => false,
  });

  /** Of the failure, the best first. */
  readonly proposals = computed(() => this.fingerprint.value()?.proposals ?? []);
  readonly playbook = computed((): PlaybookDescription | null => {
    const name = this.#plan().playbook ?? this.proposals()[0]?.playbook ?? null;
    return (this.playbooks.value() ?? []).find((each) => each.name === name) ?? null;
  });
  /** The parameters that the chosen version of the playbook has. */
  readonly knownParameters = computed((): PlaybookDescription['parameters'] => {
    const playbook = this.playbook();
    const { playbookVersion } = this.#plan();
    const older = playbook?.olderVersions.find(({ version }) => version === playbookVersion);
    return (older ?? playbook)?.parameters ?? [];
  });
  /** The playbook's parameters, as given or else as the playbook has them. */
  readonly parameters = computed((): CampaignPlan['parameters'] => {
    const given = this.#plan().parameters;
    return Object.fromEntries(
      this.knownParameters().map(({ name, default: usual }) => [name, given[name] ?? usual]),
    );
  });

  readonly name = computed(() => this.#plan().name ?? this.#proposedName());
  readonly #proposedName = computed(() => {
    const failure = this.fingerprint.value();
    const title = this.playbook()?.title;
    if (title === undefined) return 'New campaign';
    const dry = this.#plan().mode === 'dry-run' ? 'Dry run: ' : '';
    return `${dry}${title}${failure ? `, ${failureLabel(failure)}` : ''}`.slice(0, 100);
  });

  /** The plan for the server, or what is still wrong with it. */
  readonly parsed = computed(() =>
    parsePlan(
      planOf(
        { ...this.#plan(), parameters: this.parameters() },
        { name: this.name(), playbook: this.#plan().playbook ?? this.playbook()?.name ?? null },
      ),
    ),
  );

  /** Begins with the plan of a campaign that was saved. */
  load(plan: CampaignPlan): void {
    this.#plan.set(draftOf(plan, this.#clock.now()));
    this.#changed.set(false);
  }

  /** Begins with machines, or a failure, that were chosen elsewhere. */
  prefill(what: {
    readonly source?: TargetSource | undefined;
    readonly fingerprintId?: string | undefined;
  }): void {
    const { source, fingerprintId } = what;
    this.#plan.update((plan) => ({
      ...plan,
      fingerprintId: fingerprintId ?? plan.fingerprintId,
      targets: source === undefined ? plan.targets : withSource(plan.targets, source),
    }));
  }

  change(part: Partial<DraftPlan>): void {
    this.#changed.set(true);
    this.#plan.update((plan) => ({ ...plan, ...part }));
  }

  changeTargets(part: Partial<DraftTargets>): void {
    this.change({ targets: { ...this.#plan().targets, ...part } });
  }

  changeRollout(part: Partial<DraftPlan['rollout']>): void {
    this.change({ rollout: { ...this.#plan().rollout, ...part } });
  }

  changeGate(part: Partial<DraftPlan['gate']>): void {
    this.change({ gate: { ...this.#plan().gate, ...part } });
  }

  changeBudget(part: Partial<DraftPlan['budget']>): void {
    this.change({ budget: { ...this.#plan().budget, ...part } });
  }

  changeExecution(part: Partial<DraftPlan['execution']>): void {
    this.change({ execution: { ...this.#plan().execution, ...part } });
  }

  /** It was saved as it is. */
  saved(): void {
    this.#changed.set(false);
  }
}
