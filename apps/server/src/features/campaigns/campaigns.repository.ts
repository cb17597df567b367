import { Injectable } from '@nestjs/common';
import type { CampaignChange, CampaignPlan, CampaignQuery } from '@fleetmend/dashboard-api';
import {
  type CampaignState,
  campaignLifeCycle,
  LIVE_CAMPAIGN_STATES,
  type PauseReason,
} from '@fleetmend/domain';
import * as z from 'zod';
import type { Queryable, Transaction } from '../../platform/database';
import { anywhere, decodeCursor, SqlConditions } from '../../platform/paging';

/** A change that waits for a second person, and what it interrupted. */
export interface ProposedChange {
  readonly change: CampaignChange;
  /** What the campaign was paused for before; null = it was running. */
  readonly pausedFor: PauseReason | null;
  readonly pausedMessage: string | null;
}

/** A campaign as its row has it. */
export interface CampaignRow {
  readonly id: string;
  readonly requestId: string;
  readonly name: string;
  readonly plan: CampaignPlan;
  readonly state: CampaignState;
  readonly pauseReason: PauseReason | null;
  readonly pauseMessage: string | null;
  readonly playbook: string;
  readonly playbookVersion: number;
  readonly mode: 'execute' | 'dry-run';
  readonly fingerprintId: string | null;
  readonly failure: string | null;
  readonly parentId: string | null;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly changedBy: string;
  readonly submittedBy: string | null;
  readonly approvedBy: string | null;
  readonly approvedAt: Date | null;
  readonly proposedChange: ProposedChange | null;
  readonly proposedReason: string | null;
  readonly proposedBy: string | null;
  readonly proposedAt: Date | null;
  readonly launchedAt: Date | null;
  readonly launchedBy: string | null;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  readonly endAt: Date;
  readonly advancedAt: Date | null;
}

/** One move of a campaign or of one of its waves. */
export interface CampaignMove {
  readonly wave: number | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly actor: string | null;
  readonly message: string;
  readonly at: Date;
}

const COLUMNS = {
  id: 'id',
  requestId: 'request_id',
  name: 'name',
  plan: 'plan',
  state: 'state',
  pauseReason: 'pause_reason',
  pauseMessage: 'pause_message',
  playbook: 'playbook',
  playbookVersion: 'playbook_version',
  mode: 'mode',
  fingerprintId: 'fingerprint_id',
  failure: 'failure',
  parentId: 'parent_id',
  createdAt: 'created_at',
  createdBy: 'created_by',
  changedBy: 'changed_by',
  submittedBy: 'submitted_by',
  approvedBy: 'approved_by',
  approvedAt: 'approved_at',
  proposedChange: 'proposed_change',
  proposedReason: 'proposed_reason',
  proposedBy: 'proposed_by',
  proposedAt: 'proposed_at',
  launchedAt: 'launched_at',
  launchedBy: 'launched_by',
  startedAt: 'started_at',
  endedAt: 'ended_at',
  endAt: 'end_at',
  advancedAt: 'advanced_at',
} as const satisfies Record<keyof CampaignRow, string>;

const SELECT = Object.entries(COLUMNS)
  .map(([name, column]) => `c.${column} AS "${name}"`)
  .join(', ');
const JSON_COLUMNS: ReadonlySet<keyof CampaignRow> = new Set(['plan', 'proposedChange']);
const LIVE = LIVE_CAMPAIGN_STATES.map((state) => `'${state}'`).join(', ');
const OPEN = campaignLifeCycle.states
  .filter((state) => !campaignLifeCycle.isEnd(state) && state !== 'completed')
  .map((state) => `'${state}'`)
  .join(', ');

const cursorSchema = z.tuple([z.string().max(50), z.uuid()]);

/** Campaigns themselves, and the history of their moves. */
@Injectable()
export class CampaignsRepository {
  /** Adds a draft; false when its request has made one already. */
  async add(transaction: Transaction, row: CampaignRow): Promise<boolean> {
    const names = Object.keys(COLUMNS) as (keyof CampaignRow)[];
    const added = await transaction.query(
      `INSERT INTO campaigns (${names.map((name) => COLUMNS[name]).join(', ')})
       VALUES (${names.map((_, index) => `$${index + 1}`).join(', ')})
       ON CONFLICT (request_id) DO NOTHING RETURNING id`,
      names.map((name) => asParameter(name, row[name])),
    );
    return added.length > 0;
  }

  async idOfRequest(database: Queryable, requestId: string): Promise<string | undefined> {
    const [found] = await database.query<{ id: string }>(
      'SELECT id FROM campaigns WHERE request_id = $1',
      [requestId],
    );
    return found?.id;
  }

  async find(database: Queryable, id: string): Promise<CampaignRow | undefined> {
    const [row] = await database.query<CampaignRow>(
      `SELECT ${SELECT} FROM campaigns c WHERE c.id = $1`,
      [id],
    );
    return row;
  }

  /** Locks a campaign: whoever decides about it waits for whoever is just deciding. */
  async lock(transaction: Transaction, id: string): Promise<CampaignRow | undefined> {
    const [row] = await transaction.query<CampaignRow>(
      `SELECT ${SELECT} FROM campaigns c WHERE c.id = $1 FOR NO KEY UPDATE`,
      [id],
    );
    return row;
  }

  /** Locks a campaign unless somebody has it: then they do what is to be done. */
  async tryLock(transaction: Transaction, id: string): Promise<CampaignRow | undefined> {
    const [row] = await transaction.query<CampaignRow>(
      `SELECT ${SELECT} FROM campaigns c WHERE c.id = $1 FOR NO KEY UPDATE SKIP LOCKED`,
      [id],
    );
    return row;
  }

  /** Writes what changed of a locked campaign. */
  async put(transaction: Transaction, id: string, changes: Partial<CampaignRow>): Promise<void> {
    const names = (Object.keys(changes) as (keyof CampaignRow)[]).filter((name) => name in COLUMNS);
    if (names.length === 0) return;
    await transaction.query(
      `UPDATE campaigns SET ${names.map((name, index) => `${COLUMNS[name]} = $${index + 2}`).join(', ')}
        WHERE id = $1`,
      [id, ...names.map((name) => asParameter(name, changes[name]))],
    );
  }

  async remove(transaction: Transaction, id: string): Promise<void> {
    await transaction.query('DELETE FROM campaigns WHERE id = $1', [id]);
  }

  /**
   * Campaigns that may have something to do: live ones, ended ones with something to take back or to watch, and those
   * that ended while machines were at work, until it is known how these ended.
   */
  async due(database: Queryable, watchedSince: Date): Promise<string[]> {
    const rows = await database.query<{ id: string }>(
      `SELECT id FROM campaigns WHERE state IN (${LIVE})
       UNION SELECT campaign_id FROM campaign_undos WHERE undo_run_id IS NULL AND given_up IS NULL
       UNION SELECT id FROM campaigns WHERE state = 'completed' AND ended_at > $1
       UNION SELECT c.id FROM campaigns c
              WHERE c.ended_at > $1
                AND EXISTS (SELECT 1 FROM campaign_targets t
                             WHERE t.campaign_id = c.id AND t.run_id IS NOT NULL
                               AND NOT t.settled AND NOT t.pending AND t.verdict IS NULL)
       ORDER BY id`,
      [watchedSince],
    );
    return rows.map(({ id }) => id);
  }

  /** Live campaigns to which these remediations belong, or for which these machines still wait. */
  async touched(
    database: Queryable,
    remediationIds: readonly string[],
    machineIds: readonly string[],
  ): Promise<string[]> {
    const rows = await database.query<{ id: string }>(
      `SELECT c.id FROM campaigns c
        WHERE c.state IN (${LIVE})
          AND (EXISTS (SELECT 1 FROM remediations r WHERE r.campaign_id = c.id AND r.id = ANY ($1::uuid[]))
               OR EXISTS (SELECT 1 FROM campaign_targets t
                           WHERE t.campaign_id = c.id AND t.pending AND t.machine_id = ANY ($2::uuid[])))
        ORDER BY c.id`,
      [remediationIds, machineIds],
    );
    return rows.map(({ id }) => id);
  }

  /** Newest first. */
  async page(
    database: Queryable,
    query: CampaignQuery,
  ): Promise<{ rows: (CampaignRow & { sortKey: string })[]; total: number }> {
    const counted = filter(new SqlConditions(), query);
    const [count] = await database.query<{ total: number }>(
      `SELECT count(*)::int AS total FROM campaigns c WHERE ${counted.sql}`,
      counted.parameters,
    );
    const conditions = filter(new SqlConditions(query.limit + 1), query);
    const after = decodeCursor(cursorSchema, query.cursor);
    if (after) {
      conditions.add(
        (at, id) => `(c.created_at, c.id) < (${at}::timestamptz, ${id}::uuid)`,
        ...after,
      );
    }
    const rows = await database.query<CampaignRow & { sortKey: string }>(
      `SELECT ${SELECT}, c.created_at::text AS "sortKey" FROM campaigns c
        WHERE ${conditions.sql} ORDER BY c.created_at DESC, c.id DESC LIMIT $1`,
      conditions.parameters,
    );
    return { rows, total: count?.total ?? 0 };
  }

  async children(database: Queryable, id: string): Promise<{ id: string; name: string }[]> {
    return database.query(
      'SELECT id, name FROM campaigns WHERE parent_id = $1 ORDER BY created_at, id',
      [id],
    );
  }

  async addMoves(
    transaction: Transaction,
    campaignId: string,
    moves: readonly CampaignMove[],
  ): Promise<void> {
    if (moves.length === 0) return;
    await transaction.query(
      `INSERT INTO campaign_moves (campaign_id, wave, from_state, to_state, actor, message, at)
       SELECT $1, wave, "from", "to", actor, message, at
         FROM json_to_recordset($2::json) AS m (
           place int, wave int, "from" text, "to" text, actor text, message text, at timestamptz)
        ORDER BY place`,
      [campaignId, JSON.stringify(moves.map((one, place) => ({ ...one, place })))],
    );
  }

  /** Newest first. */
  async moves(
    database: Queryable,
    campaignId: string,
    query: { readonly cursor?: string | undefined; readonly limit: number },
  ): Promise<(CampaignMove & { id: string })[]> {
    const before = decodeCursor(z.tuple([z.string().regex(/^\d{1,18}$/)]), query.cursor);
    return database.query(
      `SELECT id::text, wave, from_state AS "from", to_state AS "to", actor, message, at
         FROM campaign_moves WHERE campaign_id = $1 AND ($2::bigint IS NULL OR id < $2::bigint)
        ORDER BY campaign_moves.id DESC LIMIT $3`,
      [campaignId, before?.[0] ?? null, query.limit + 1],
    );
  }
}

function filter(conditions: SqlConditions, query: CampaignQuery): SqlConditions {
  if (query.state === 'open') conditions.add(() => `c.state IN (${OPEN})`);
  else if (query.state === 'ended') conditions.add(() => `c.state NOT IN (${OPEN})`);
  else if (query.state !== 'all') conditions.add((state) => `c.state = ${state}`, query.state);
  if (query.search !== undefined && query.search !== '') {
    conditions.add((text) => `lower(c.name) LIKE ${text}`, anywhere(query.search.toLowerCase()));
  }
  if (query.playbook !== undefined) {
    conditions.add((playbook) => `c.playbook = ${playbook}`, query.playbook);
  }
  return conditions;
}

function asParameter(name: keyof CampaignRow, value: unknown): unknown {
  return JSON_COLUMNS.has(name) && value !== null ? JSON.stringify(value) : value;
}
