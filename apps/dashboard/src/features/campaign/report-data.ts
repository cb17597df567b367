import {
  type CampaignDetail,
  type CampaignFeedEntry,
  type CampaignTarget,
  type OutcomeMatrix,
  campaignDetailSchema,
  campaignFeedPageSchema,
  campaignTargetPageSchema,
  outcomeMatrixSchema,
} from '@fleetmend/dashboard-api';
import { type Api, apiPath } from '../../api/api';
import { isFailed } from './outcome-grid';

/** Everything that the report of a campaign tells. */
export interface ReportData {
  readonly campaign: CampaignDetail;
  readonly matrix: OutcomeMatrix;
  /** Newest first. */
  readonly feed: readonly CampaignFeedEntry[];
  /** Machines that ended without success. */
  readonly attention: readonly CampaignTarget[];
  /** How many of those are not in `attention`: the report names so many and no more. */
  readonly attentionLeft: number;
  readonly at: Date;
}

const PAGE = 200;
/** More than this nobody reads on paper; the CSV has them all. */
const MOST_MACHINES = 1000;
const MOST_MOVES = 1000;

/** Asks the server for all of a report. */
export async function loadReport(api: Api, id: string, signal: AbortSignal): Promise<ReportData> {
  const [campaign, matrix, feed] = await Promise.all([
    api.get(apiPath('campaigns', id), campaignDetailSchema, { signal }),
    api.get(apiPath('campaigns', id, 'matrix'), outcomeMatrixSchema, { signal }),
    loadFeed(api, id, signal),
  ]);
  const failed = matrix.cells.filter(isFailed);
  const attention: CampaignTarget[] = [];
  for (const verdict of new Set(failed.map((cell) => cell.verdict))) {
    let cursor: string | null = null;
    do {
      if (attention.length >= MOST_MACHINES) break;
      const page: { items: CampaignTarget[]; next: string | null } = await api.get(
        apiPath('campaigns', id, 'targets'),
        campaignTargetPageSchema,
        { query: { verdict, cursor, limit: PAGE }, signal },
      );
      attention.push(...page.items);
      cursor = page.next;
    } while (cursor !== null);
  }
  const all = failed.reduce((sum, { machines }) => sum + machines, 0);
  const named = attention.slice(0, MOST_MACHINES);
  return {
    ...{ campaign, matrix, feed, attention: named, at: new Date() },
    attentionLeft: Math.max(0, all - named.length),
  };
}

async function loadFeed(api: Api, id: string, signal: AbortSignal): Promise<CampaignFeedEntry[]> {
  const entries: CampaignFeedEntry[] = [];
  let cursor: string | null = null;
  do {
    const page: { items: CampaignFeedEntry[]; next: string | null } = await api.get(
      apiPath('campaigns', id, 'feed'),
      campaignFeedPageSchema,
      { query: { cursor, limit: PAGE }, signal },
    );
    entries.push(...page.items);
    cursor = page.next;
  } while (cursor !== null && entries.length < MOST_MOVES);
  return entries;
}
