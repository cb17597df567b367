import { Component, computed, effect, inject, input, untracked } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatCheckbox } from '@angular/material/checkbox';
import { Router, RouterLink } from '@angular/router';
import {
  type Machine,
  type MachineFilter,
  machineFacetsSchema,
  machinePageSchema,
  machineQuerySchema,
} from '@fleetmend/dashboard-api';
import { LITTLE_DISK_BYTES, normaliseErrorCode } from '@fleetmend/domain';
import { mdiFilterOffOutline, mdiMonitorMultiple } from '@mdi/js';
import { Api } from '../../api/api';
import { keysetPages } from '../../api/keyset-pages';
import { SessionState } from '../../api/session-state';
import { snapshot } from '../../api/snapshot';
import { EmptyState } from '../../design/empty-state';
import { LoadState } from '../../design/load-state';
import { PageHeader } from '../../design/page-header';
import { Pager } from '../../design/pager';
import { RefreshProblem } from '../../design/refresh-problem';
import { RelativeTime } from '../../design/relative-time';
import { RowKeys } from '../../design/row-keys';
import { StatusChip } from '../../design/status-chip';
import { phaseWord } from '../failures/failure-words';
import { LabelDialogs } from '../labels/label-dialogs';
import { TagList } from '../labels/tag-list';
import { NewCampaigns } from '../campaign-wizard/new-campaigns';
import { RemediateDialogs } from '../remediate/remediate-dialogs';
import { SavedFiltersMenu } from '../saved-filters/saved-filters-menu';
import { MachineFilters } from './machine-filters';
import { filterOfQuery, queryOfFilter } from './machine-query';
import { MachineSelection } from './machine-selection';
import { Presence } from './presence';
import { SelectionBar } from './selection-bar';

const SORTS = machineQuerySchema.shape.sort;

/** Every machine of the fleet, to look one up or to choose some for a remediation. */
@Component({
  selector: 'fm-machine-list',
  imports: [
    EmptyState,
    LoadState,
    MachineFilters,
    MatButton,
    MatCheckbox,
    PageHeader,
    Presence,
    Pager,
    RefreshProblem,
    RelativeTime,
    RouterLink,
    RowKeys,
    SavedFiltersMenu,
    SelectionBar,
    StatusChip,
    TagList,
  ],
  templateUrl: './machine-list.html',
  styleUrl: './machine-list.scss',
})
export class MachineList {
  // From the query string, so that a filtered list can be shared and survives the way back.
  readonly search = input<string | undefined>();
  readonly online = input<string | undefined>();
  readonly failing = input<string | undefined>();
  readonly osFamily = input<string | undefined>();
  readonly code = input<string | undefined>();
  readonly duplicate = input<string | undefined>();
  readonly pendingRestart = input<string | undefined>();
  readonly lowDisk = input<string | undefined>();
  readonly chronic = input<string | undefined>();
  readonly site = input<string | undefined>();
  readonly withoutSite = input<string | undefined>();
  readonly tag = input<string | undefined>();
  readonly model = input<string | undefined>();
  readonly fingerprintId = input<string | undefined>();
  readonly sort = input<string | undefined>();

  readonly #api = inject(Api);
  readonly #router = inject(Router);
  readonly #dialogs = inject(RemediateDialogs);
  readonly #labels = inject(LabelDialogs);
  readonly #campaigns = inject(NewCampaigns);
  protected readonly session = inject(SessionState);

  /** What chooses machines, as "all that match" is told to the server. */
  protected readonly filter = computed(
    (): MachineFilter =>
      filterOfQuery({
        search: this.search()?.trim().slice(0, 200),
        code: this.code()?.trim().slice(0, 40),
        ...{ online: this.online(), failing: this.failing(), duplicate: this.duplicate() },
        ...{ osFamily: this.osFamily(), site: this.site(), withoutSite: this.withoutSite() },
        ...{ pendingRestart: this.pendingRestart(), lowDisk: this.lowDisk() },
        chronic: this.chronic(),
        ...{ tag: this.tag(), model: this.model(), fingerprintId: this.fingerprintId() },
      }),
    { equal: same },
  );
  protected readonly order = computed(() => SORTS.catch('hostname').parse(this.sort()));
  readonly #question = computed(() => ({ filter: this.filter(), sort: this.order() }), {
    equal: same,
  });
  protected readonly isFiltered = computed(() => Object.keys(this.filter()).length > 0);
  /** The code that is filtered by, as everything else shows it. */
  protected readonly canonicalCode = computed(() => {
    const { code } = this.filter();
    return code === undefined ? null : (normaliseErrorCode(code) ?? code);
  });

  protected readonly machines = keysetPages({
    filter: this.#question,
    load: ({ filter, sort }, page, signal) =>
      this.#api.get('/machines', machinePageSchema, {
        query: { ...filter, sort, ...page },
        signal,
      }),
    affectedBy: ({ machines, runs }) => machines.length + runs.length > 0,
    id: ({ id }: Machine) => id,
    pageSize: 100,
  });

  protected readonly facets = snapshot({
    key: () => null,
    load: (_key, signal) => this.#api.get('/machines/facets', machineFacetsSchema, { signal }),
    affectedBy: () => false,
  });

  protected readonly total = computed(() => this.machines.total() ?? this.machines.items().length);
  protected readonly selection = new MachineSelection(this.total);
  protected readonly shownIds = computed(() => this.machines.items().map(({ id }) => id));

  protected readonly phaseWord = phaseWord;
  protected readonly filterIcon = mdiFilterOffOutline;
  protected readonly machineIcon = mdiMonitorMultiple;

  constructor() {
    effect(() => {
      this.filter();
      untracked(() => {
        this.selection.filterChanged();
      });
    });
  }

  protected change(query: Readonly<Record<string, string | null>>): void {
    void this.#router.navigate([], {
      queryParams: Object.fromEntries(
        Object.entries(query).map(([name, value]) => [name, value === '' ? null : value]),
      ),
      queryParamsHandling: 'merge',
      replaceUrl: true,
    });
  }

  protected clearFilters(): void {
    this.change(queryOfFilter({}));
  }

  /** Where the machine is, in the directory and in the world. */
  protected placeOf({ domain, site }: Machine): string {
    return [domain, site].filter((part) => part !== null).join(' · ');
  }

  protected hasLittleDisk({ freeSystemDiskBytes: free }: Machine): boolean {
    return free !== null && free < LITTLE_DISK_BYTES;
  }

  protected toggleAll(): void {
    const all = this.selection.pageState(this.shownIds()) === 'all';
    if (all && this.selection.isMatching()) this.selection.clear();
    else this.selection.set(this.shownIds(), !all);
  }

  protected async label(): Promise<void> {
    const selection = this.selection.toSelection(this.filter());
    if (selection === undefined) return;
    const machines = this.selection.count();
    const sites = (this.facets.value()?.sites ?? []).map(({ name }) => name);
    if (await this.#labels.open({ selection, machines, sites })) {
      await Promise.all([this.facets.reload(), this.machines.reload()]);
    }
  }

  protected async newCampaign(): Promise<void> {
    const selection = this.selection.toSelection(this.filter());
    if (selection === undefined) return;
    const names = this.machines
      .items()
      .filter(({ id }) => this.selection.isSelected(id))
      .map(({ id, hostname }) => ({ machineId: id, hostname }));
    await this.#campaigns.open({ selection, names });
  }

  protected async remediate(): Promise<void> {
    const selection = this.selection.toSelection(this.filter());
    if (selection === undefined) return;
    if (await this.#dialogs.open({ selection })) this.selection.clear();
  }
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
