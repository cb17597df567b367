import { Component, inject, input } from '@angular/core';
import { type CampaignFeedEntry, campaignFeedPageSchema } from '@fleetmend/dashboard-api';
import { mdiAccountOutline, mdiCogOutline } from '@mdi/js';
import { Api, apiPath } from '../../api/api';
import { pagedList } from '../../api/paged-list';
import { EmptyState } from '../../design/empty-state';
import { Icon } from '../../design/icon';
import { LoadState } from '../../design/load-state';
import { MoreRows } from '../../design/more-rows';
import { RefreshProblem } from '../../design/refresh-problem';
import { RelativeTime } from '../../design/relative-time';
import { StatusChip } from '../../design/status-chip';
import { movedTo, subjectOf } from './feed-words';

/** Every move of a campaign and its waves, newest first: by whom, and why. */
@Component({
  selector: 'fm-campaign-feed',
  imports: [EmptyState, Icon, LoadState, MoreRows, RefreshProblem, RelativeTime, StatusChip],
  templateUrl: './campaign-feed.html',
  styleUrl: './campaign-feed.scss',
})
export class CampaignFeed {
  readonly campaignId = input('');

  readonly #api = inject(Api);

  protected readonly entries = pagedList({
    filter: this.campaignId,
    load: (id, page, signal) =>
      this.#api.get(apiPath('campaigns', id, 'feed'), campaignFeedPageSchema, {
        query: { ...page },
        signal,
      }),
    affectedBy: ({ campaigns }) => campaigns.includes(this.campaignId()),
    id: ({ id }: CampaignFeedEntry) => id,
    pageSize: 20,
  });

  protected readonly movedTo = movedTo;
  protected readonly subjectOf = subjectOf;
  protected readonly personIcon = mdiAccountOutline;
  protected readonly ownIcon = mdiCogOutline;
}
