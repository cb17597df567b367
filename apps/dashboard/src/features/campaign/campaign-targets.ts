import { Component, computed, inject, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { Router, RouterLink } from '@angular/router';
import {
  type CampaignTarget,
  campaignTargetPageSchema,
  campaignTargetQuerySchema,
} from '@fleetmend/dashboard-api';
import { VERDICTS } from '@fleetmend/domain';
import { mdiMonitorMultiple } from '@mdi/js';
import { Api, apiPath } from '../../api/api';
import { keysetPages } from '../../api/keyset-pages';
import { EmptyState } from '../../design/empty-state';
import { LoadState } from '../../design/load-state';
import { Pager } from '../../design/pager';
import { RefreshProblem } from '../../design/refresh-problem';
import { RelativeTime } from '../../design/relative-time';
import { RowKeys } from '../../design/row-keys';
import { SearchField } from '../../design/search-field';
import { StatusChip } from '../../design/status-chip';
import { TARGET_ROLE_WORDS } from '../campaigns/campaign-words';
import { Presence } from '../machines/presence';
import { verdictWords } from '../run/run-words';
import { targetWords } from './target-words';

const STATES = campaignTargetQuerySchema.shape.state;
const VERDICT = campaignTargetQuerySchema.shape.verdict;

/** The machines of a campaign, those that were left out too, filtered by the query string of the page. */
@Component({
  selector: 'fm-campaign-targets',
  imports: [
    EmptyState,
    LoadState,
    MatButton,
    Pager,
    Presence,
    RefreshProblem,
    RelativeTime,
    RouterLink,
    RowKeys,
    SearchField,
    StatusChip,
  ],
  templateUrl: './campaign-targets.html',
  styleUrl: './campaign-targets.scss',
})
export class CampaignTargets {
  readonly campaignId = input('');
  readonly waves = input.required<number>();
  readonly wave = input<string | undefined>();
  readonly state = input<string | undefined>();
  readonly verdict = input<string | undefined>();
  /** The empty text is a code too: that there is none. */
  readonly code = input<string | undefined>();
  readonly search = input<string | undefined>();

  readonly #api = inject(Api);
  readonly #router = inject(Router);

  protected readonly filter = computed(
    () => {
      const verdict = VERDICT.catch(undefined).parse(this.verdict());
      const wave = Number(this.wave());
      return {
        wave: Number.isInteger(wave) && wave > 0 ? wave : undefined,
        state: STATES.catch('all').parse(this.state()),
        verdict,
        code: verdict === undefined ? undefined : this.code()?.slice(0, 10),
        search: this.search()?.trim().slice(0, 200),
      };
    },
    { equal: (a, b) => JSON.stringify(a) === JSON.stringify(b) },
  );
  protected readonly isFiltered = computed(() => {
    const { wave, state, verdict, search } = this.filter();
    return wave !== undefined || state !== 'all' || verdict !== undefined || (search ?? '') !== '';
  });

  protected readonly targets = keysetPages({
    filter: computed(() => ({ id: this.campaignId(), ...this.filter() }), {
      equal: (a, b) => JSON.stringify(a) === JSON.stringify(b),
    }),
    load: ({ id, ...filter }, page, signal) => {
      // A query leaves out what is empty, and here the empty code means something.
      const path = apiPath('campaigns', id, 'targets') + (filter.code === '' ? '?code=' : '');
      return this.#api.get(path, campaignTargetPageSchema, {
        query: { ...filter, ...page },
        signal,
      });
    },
    affectedBy: ({ campaigns, machines }, items) =>
      campaigns.includes(this.campaignId()) ||
      items.some(({ machineId }) => machines.includes(machineId)),
    id: ({ machineId }: CampaignTarget) => machineId,
    pageSize: 25,
  });

  protected readonly waveNumbers = computed(() =>
    Array.from({ length: this.waves() }, (_, index) => index + 1),
  );
  protected readonly verdicts = VERDICTS.map((name) => ({ name, label: verdictWords(name).label }));
  protected readonly states = [
    { name: 'queued', label: 'Waiting' },
    { name: 'active', label: 'At work' },
    { name: 'ended', label: 'Ended' },
    { name: 'held-out', label: 'Held out' },
    { name: 'excluded', label: 'Left out' },
  ];
  protected readonly targetWords = targetWords;
  protected readonly roles = TARGET_ROLE_WORDS;
  protected readonly machineIcon = mdiMonitorMultiple;

  protected change(query: Readonly<Record<string, string | null>>): void {
    void this.#router.navigate([], {
      queryParams: Object.fromEntries(
        Object.entries(query).map(([name, value]) => [name, value === '' ? null : value]),
      ),
      queryParamsHandling: 'merge',
      replaceUrl: true,
      scroll: 'manual',
    });
  }

  protected clearFilters(): void {
    this.change({ wave: null, state: null, verdict: null, code: null, search: null });
  }
}
