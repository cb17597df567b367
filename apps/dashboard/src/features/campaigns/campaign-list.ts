import { DecimalPipe } from '@angular/common';
import { Component, computed, inject, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatButtonToggle, MatButtonToggleGroup } from '@angular/material/button-toggle';
import { Router, RouterLink } from '@angular/router';
import {
  type Campaign,
  campaignPageSchema,
  campaignQuerySchema,
  playbookListSchema,
} from '@fleetmend/dashboard-api';
import { mdiFilterOffOutline, mdiRocketLaunchOutline } from '@mdi/js';
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
import { SearchField } from '../../design/search-field';
import { StatusChip } from '../../design/status-chip';
import { modeWord, playbookTitle } from '../run/run-words';
import { CampaignProgress } from './campaign-progress';
import { campaignChip } from './campaign-words';

const STATES = campaignQuerySchema.shape.state;

/** Every campaign, newest first. */
@Component({
  selector: 'fm-campaign-list',
  imports: [
    CampaignProgress,
    DecimalPipe,
    EmptyState,
    LoadState,
    MatButton,
    MatButtonToggle,
    MatButtonToggleGroup,
    PageHeader,
    Pager,
    RefreshProblem,
    RelativeTime,
    RouterLink,
    RowKeys,
    SearchField,
    StatusChip,
  ],
  templateUrl: './campaign-list.html',
  styleUrl: './campaign-list.scss',
})
export class CampaignList {
  // From the query string, so that a filtered list can be shared and survives the way back.
  readonly state = input<string | undefined>();
  readonly search = input<string | undefined>();
  readonly playbook = input<string | undefined>();

  readonly #api = inject(Api);
  readonly #router = inject(Router);
  protected readonly session = inject(SessionState);

  protected readonly filter = computed(
    () => ({
      state: STATES.catch('all').parse(this.state()),
      search: this.search()?.trim().slice(0, 200) ?? '',
      playbook: this.playbook()?.slice(0, 100) ?? '',
    }),
    { equal: (a, b) => JSON.stringify(a) === JSON.stringify(b) },
  );
  protected readonly isFiltered = computed(() => {
    const { state, search, playbook } = this.filter();
    return state !== 'all' || search !== '' || playbook !== '';
  });

  protected readonly campaigns = keysetPages({
    filter: this.filter,
    load: (filter, page, signal) =>
      this.#api.get('/campaigns', campaignPageSchema, { query: { ...filter, ...page }, signal }),
    affectedBy: ({ campaigns }) => campaigns.length > 0,
    id: ({ id }: Campaign) => id,
  });
  protected readonly playbooks = snapshot({
    key: () => null,
    load: async (_key, signal) =>
      (await this.#api.get('/playbooks', playbookListSchema, { signal })).items,
    affectedBy: () => false,
  });

  protected readonly chip = campaignChip;
  protected readonly modeWord = modeWord;
  protected readonly icon = mdiRocketLaunchOutline;
  protected readonly filterIcon = mdiFilterOffOutline;

  protected change(query: Readonly<Record<string, string | null>>): void {
    void this.#router.navigate([], {
      queryParams: Object.fromEntries(
        Object.entries(query).map(([name, value]) => [name, value === '' ? null : value]),
      ),
      queryParamsHandling: 'merge',
      replaceUrl: true,
    });
  }

  protected show(state: unknown): void {
    this.change({ state: state === 'open' || state === 'ended' ? state : null });
  }

  /** "Reset SoftwareDistribution version 3, for 0x80070002 in download". */
  protected about({ playbook, playbookVersion, failure }: Campaign): string {
    const what = `${playbookTitle(playbook)} version ${playbookVersion}`;
    return failure === null ? what : `${what}, for ${failure}`;
  }

  /** "Wave 2 of 5", as far as it goes; drafts have no waves yet. */
  protected waveWords({ wave, waves }: Campaign): string {
    if (waves === 0) return '–';
    const all = waves.toLocaleString('en');
    if (wave !== null) return `Wave ${wave.toLocaleString('en')} of ${all}`;
    return waves === 1 ? '1 wave' : `${all} waves`;
  }
}
