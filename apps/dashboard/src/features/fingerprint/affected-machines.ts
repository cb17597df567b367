import { Component, computed, inject, input, signal } from '@angular/core';
import { MatButtonToggle, MatButtonToggleGroup } from '@angular/material/button-toggle';
import { MatCheckbox } from '@angular/material/checkbox';
import { RouterLink } from '@angular/router';
import {
  type AffectedMachine,
  affectedMachinePageSchema,
  machineFacetsSchema,
} from '@fleetmend/dashboard-api';
import { mdiCheckDecagramOutline } from '@mdi/js';
import { Api, apiPath } from '../../api/api';
import { keysetPages } from '../../api/keyset-pages';
import { SessionState } from '../../api/session-state';
import { EmptyState } from '../../design/empty-state';
import { LoadState } from '../../design/load-state';
import { Pager } from '../../design/pager';
import { RefreshProblem } from '../../design/refresh-problem';
import { RelativeTime } from '../../design/relative-time';
import { RowKeys } from '../../design/row-keys';
import { StatusChip } from '../../design/status-chip';
import { MachineSelection } from '../machines/machine-selection';
import { Presence } from '../machines/presence';
import { SelectionBar } from '../machines/selection-bar';
import { LabelDialogs } from '../labels/label-dialogs';
import { NewCampaigns } from '../campaign-wizard/new-campaigns';
import { RemediateDialogs } from '../remediate/remediate-dialogs';
import { RunStatus } from '../run/run-status';

/** The machines that have or had one failure, to choose from for a remediation. */
@Component({
  selector: 'fm-affected-machines',
  imports: [
    EmptyState,
    LoadState,
    MatButtonToggle,
    MatButtonToggleGroup,
    MatCheckbox,
    Presence,
    Pager,
    RefreshProblem,
    RelativeTime,
    RouterLink,
    RowKeys,
    RunStatus,
    SelectionBar,
    StatusChip,
  ],
  templateUrl: './affected-machines.html',
  styleUrl: './affected-machines.scss',
})
export class AffectedMachines {
  readonly fingerprintId = input('');
  /** The playbook that is proposed first. */
  readonly proposed = input<string>();
  /** The failure in a few words, for the dialog. */
  readonly label = input.required<string>();
  /** On how many machines it is open. */
  readonly openMachines = input.required<number>();

  readonly #api = inject(Api);
  readonly #dialogs = inject(RemediateDialogs);
  readonly #campaigns = inject(NewCampaigns);
  readonly #labels = inject(LabelDialogs);
  protected readonly session = inject(SessionState);

  protected readonly shown = signal<'open' | 'all'>('open');
  readonly #filter = computed(() => ({ id: this.fingerprintId(), state: this.shown() }));

  protected readonly machines = keysetPages({
    filter: this.#filter,
    load: ({ id, state }, page, signal) =>
      this.#api.get(apiPath('fingerprints', id, 'machines'), affectedMachinePageSchema, {
        query: { state, ...page },
        signal,
      }),
    affectedBy: ({ fingerprints, machines, runs }, items) =>
      runs.length > 0 ||
      fingerprints.includes(this.fingerprintId()) ||
      items.some(({ machineId }) => machines.includes(machineId)),
    id: ({ machineId }: AffectedMachine) => machineId,
  });

  protected readonly selection = new MachineSelection(this.openMachines);
  /** Only where it is open there is something to mend. */
  protected readonly selectable = computed(() =>
    this.machines
      .items()
      .filter(({ state }) => state === 'open')
      .map(({ machineId }) => machineId),
  );
  protected readonly fineIcon = mdiCheckDecagramOutline;

  protected show(which: 'open' | 'all'): void {
    this.shown.set(which);
  }

  protected toggleAll(): void {
    const all = this.selection.pageState(this.selectable()) === 'all';
    if (all && this.selection.isMatching()) this.selection.clear();
    else this.selection.set(this.selectable(), !all);
  }

  protected async relabel(): Promise<void> {
    const selection = this.selection.toSelection({ fingerprintId: this.fingerprintId() });
    if (selection === undefined) return;
    // Only to offer them: without them the dialog is as good.
    const facets = await this.#api.get('/machines/facets', machineFacetsSchema).catch(() => null);
    const sites = (facets?.sites ?? []).map(({ name }) => name);
    await this.#labels.open({ selection, machines: this.selection.count(), sites });
  }

  protected async newCampaign(): Promise<void> {
    const fingerprintId = this.fingerprintId();
    const selection = this.selection.toSelection({ fingerprintId });
    if (selection === undefined) return;
    const names = this.machines
      .items()
      .filter(({ machineId }) => this.selection.isSelected(machineId));
    await this.#campaigns.open({
      ...{ selection, fingerprintId },
      names: names.map(({ machineId, hostname }) => ({ machineId, hostname })),
    });
  }

  protected async remediate(): Promise<void> {
    const id = this.fingerprintId();
    const selection = this.selection.toSelection({ fingerprintId: id });
    if (selection === undefined) return;
    const started = await this.#dialogs.open({
      selection,
      fingerprint: { id, label: this.label() },
      playbook: this.proposed(),
    });
    if (started) this.selection.clear();
  }
}
