import { DecimalPipe } from '@angular/common';
import { Component, computed, inject, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatButtonToggle, MatButtonToggleGroup } from '@angular/material/button-toggle';
import { Router, RouterLink } from '@angular/router';
import {
  type Fingerprint,
  fingerprintPageSchema,
  fingerprintQuerySchema,
  overviewSchema,
} from '@fleetmend/dashboard-api';
import { PHASES } from '@fleetmend/domain';
import {
  mdiCheckDecagramOutline,
  mdiFilterOffOutline,
  mdiMonitorMultiple,
  mdiNewBox,
} from '@mdi/js';
import { Api } from '../../api/api';
import { pagedList } from '../../api/paged-list';
import { SessionState } from '../../api/session-state';
import { snapshot } from '../../api/snapshot';
import { EmptyState } from '../../design/empty-state';
import { LoadState } from '../../design/load-state';
import { MoreRows } from '../../design/more-rows';
import { PageHeader } from '../../design/page-header';
import { RefreshProblem } from '../../design/refresh-problem';
import { RelativeTime } from '../../design/relative-time';
import { RowKeys } from '../../design/row-keys';
import { SearchField } from '../../design/search-field';
import { Sparkline } from '../../design/sparkline';
import { StatusChip } from '../../design/status-chip';
import { CureChip } from './cure-chip';
import { phaseWord } from './failure-words';
import { HoldSummary } from './hold-summary';
import { OverviewNumbers } from './overview-numbers';

const { state: STATES, sort: SORTS } = fingerprintQuerySchema.shape;

/** The home page: what fails in the fleet, the same failures of all machines together. */
@Component({
  selector: 'fm-failure-list',
  imports: [
    CureChip,
    DecimalPipe,
    EmptyState,
    HoldSummary,
    LoadState,
    MatButton,
    MatButtonToggle,
    MatButtonToggleGroup,
    MoreRows,
    OverviewNumbers,
    PageHeader,
    RefreshProblem,
    RelativeTime,
    RouterLink,
    RowKeys,
    SearchField,
    Sparkline,
    StatusChip,
  ],
  templateUrl: './failure-list.html',
  styleUrl: './failure-list.scss',
})
export class FailureList {
  // From the query string, so that a filtered list can be shared and survives the way back.
  readonly search = input<string | undefined>();
  readonly phase = input<string | undefined>();
  readonly state = input<string | undefined>();
  readonly sort = input<string | undefined>();

  readonly #api = inject(Api);
  readonly #router = inject(Router);
  protected readonly session = inject(SessionState);

  protected readonly filter = computed(
    () => ({
      search: this.search()?.trim().slice(0, 200) ?? '',
      phase: PHASES.find((phase) => phase === this.phase()) ?? null,
      state: STATES.catch('open').parse(this.state()),
      sort: SORTS.catch('machines').parse(this.sort()),
    }),
    { equal: (a, b) => JSON.stringify(a) === JSON.stringify(b) },
  );
  protected readonly isFiltered = computed(
    () => this.filter().search !== '' || this.filter().phase !== null,
  );

  protected readonly overview = snapshot({
    key: () => null,
    load: (_key, signal) => this.#api.get('/overview', overviewSchema, { signal }),
    affectedBy: ({ machines, fingerprints, runs }) =>
      machines.length + fingerprints.length + runs.length > 0,
  });

  protected readonly failures = pagedList({
    filter: this.filter,
    load: (filter, page, signal) =>
      this.#api.get('/fingerprints', fingerprintPageSchema, {
        query: { ...filter, ...page },
        signal,
      }),
    affectedBy: ({ fingerprints, runs }) => fingerprints.length + runs.length > 0,
    id: ({ id }: Fingerprint) => id,
  });

  /** Nothing is enrolled yet: the page tells what to do first. */
  protected readonly isNewcomer = computed(
    () => this.overview.value()?.machines === 0 && this.failures.value()?.length === 0,
  );

  protected readonly phases = PHASES.map((value) => ({ value, word: phaseWord(value) }));
  protected readonly phaseWord = phaseWord;
  protected readonly newIcon = mdiNewBox;
  protected readonly fineIcon = mdiCheckDecagramOutline;
  protected readonly filterIcon = mdiFilterOffOutline;
  protected readonly machineIcon = mdiMonitorMultiple;

  protected change(query: Readonly<Record<string, string | null>>): void {
    void this.#router.navigate([], {
      queryParams: Object.fromEntries(
        Object.entries(query).map(([name, value]) => [name, value === '' ? null : value]),
      ),
      queryParamsHandling: 'merge',
      replaceUrl: true,
    });
  }
}
