import { Component, computed, effect, inject, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { Router, RouterLink } from '@angular/router';
import {
  campaignDetailSchema,
  campaignTargetPageSchema,
  campaignTilesSchema,
  outcomeMatrixSchema,
} from '@fleetmend/dashboard-api';
import type { CampaignAction } from '@fleetmend/domain';
import { Api, apiPath } from '../../api/api';
import { snapshot } from '../../api/snapshot';
import { PageTitle } from '../../app/page-title';
import { LoadState } from '../../design/load-state';
import { PageHeader } from '../../design/page-header';
import { RefreshProblem } from '../../design/refresh-problem';
import { RelativeTime } from '../../design/relative-time';
import { StatusChip } from '../../design/status-chip';
import { modeWord, playbookTitle } from '../run/run-words';
import { CampaignDecisions } from './campaign-decisions';
import { CampaignFeed } from './campaign-feed';
import { CampaignHead } from './campaign-head';
import { CampaignTargets } from './campaign-targets';
import { CampaignWaves } from './campaign-waves';
import { ComparisonCard } from './comparison-card';
import { numberWords } from './count-words';
import { OutcomeMatrix, type RetryOutcomes } from './outcome-matrix';
import { PlanFacts } from './plan-facts';
import { RuleChanges } from './rule-changes';
import { ruleChanges } from './rule-words';
import { type Tile } from './tile-wall';

/** One campaign, live: how it stands, what it asks for, its waves, what came of its machines. */
@Component({
  selector: 'fm-campaign-page',
  imports: [
    CampaignFeed,
    CampaignHead,
    CampaignTargets,
    CampaignWaves,
    ComparisonCard,
    LoadState,
    MatButton,
    OutcomeMatrix,
    PageHeader,
    PlanFacts,
    RefreshProblem,
    RelativeTime,
    RouterLink,
    RuleChanges,
    StatusChip,
  ],
  templateUrl: './campaign-page.html',
  styleUrl: './campaign-page.scss',
})
export class CampaignPage {
  readonly id = input('');
  // From the query string: what the table of machines is filtered by.
  readonly wave = input<string | undefined>();
  readonly state = input<string | undefined>();
  readonly verdict = input<string | undefined>();
  readonly code = input<string | undefined>();
  readonly search = input<string | undefined>();

  readonly #api = inject(Api);
  readonly #decisions = inject(CampaignDecisions);
  readonly #router = inject(Router);

  protected readonly campaign = snapshot({
    key: this.id,
    load: (id, signal) => this.#api.get(apiPath('campaigns', id), campaignDetailSchema, { signal }),
    affectedBy: ({ campaigns }, id) => campaigns.includes(id),
  });
  protected readonly tiles = snapshot({
    key: this.id,
    load: (id, signal) =>
      this.#api.get(apiPath('campaigns', id, 'tiles'), campaignTilesSchema, { signal }),
    affectedBy: ({ campaigns }, id) => campaigns.includes(id),
  });
  protected readonly matrix = snapshot({
    key: this.id,
    load: (id, signal) =>
      this.#api.get(apiPath('campaigns', id, 'matrix'), outcomeMatrixSchema, { signal }),
    affectedBy: ({ campaigns }, id) => campaigns.includes(id),
  });

  protected readonly title = computed(() => {
    const campaign = this.campaign.value();
    if (campaign === null) return '';
    return playbookTitle(campaign.playbook);
  });
  /** A change that waits for a second person. */
  protected readonly proposed = computed(() => {
    const campaign = this.campaign.value();
    if (campaign?.change == null) return null;
    const { plan, playbookVersion, change } = campaign;
    return { ...change, changes: ruleChanges({ ...plan, playbookVersion }, change.change) };
  });

  protected readonly modeWord = modeWord;
  protected readonly numberWords = numberWords;

  constructor() {
    const title = inject(PageTitle);
    effect(() => {
      const campaign = this.campaign.value();
      if (campaign !== null) title.set(campaign.name);
    });
  }

  protected async decide(action: CampaignAction): Promise<void> {
    const campaign = this.campaign.value();
    if (campaign === null) return;
    const after = await this.#decisions.decide(action, campaign);
    if (after === null) return;
    this.campaign.update(() => after);
    void this.tiles.reload();
  }

  protected async retry(outcomes: RetryOutcomes): Promise<void> {
    const campaign = this.campaign.value();
    if (campaign !== null) await this.#decisions.retryFailed(campaign, outcomes);
  }

  /** To what the machine did here; to the machine itself while it has done nothing. */
  protected async open({ m, h }: Tile): Promise<void> {
    const runId = await this.#api
      .get(apiPath('campaigns', this.id(), 'targets'), campaignTargetPageSchema, {
        query: { search: h, limit: 50 },
      })
      .then(({ items }) => items.find(({ machineId }) => machineId === m)?.runId ?? null)
      .catch(() => null);
    await this.#router.navigate(runId === null ? ['/machines', m] : ['/runs', runId]);
  }
}
