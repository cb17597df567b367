import { Injectable } from '@nestjs/common';
import type {
  AffectedMachine,
  affectedMachineQuerySchema,
  Fingerprint,
  FingerprintQuery,
  Guard,
  Overview,
  Page,
} from '@fleetmend/dashboard-api';
import { normaliseErrorCode } from '@fleetmend/domain';
import { searchErrorCodes } from '@fleetmend/domain/catalogue';
import type * as z from 'zod';
import { Clock } from '../../platform/clock';
import { Database, type Queryable } from '../../platform/database';
import { notFound } from '../../platform/errors';
import { pageFrom } from '../../platform/paging';
import { EffectService, type MeasuredPlaybooks } from '../effect';
import {
  adviceFor,
  type FingerprintCounts,
  toAffectedMachine,
  toFingerprint,
  trendStart,
} from './fingerprints.mapper';
import { type FingerprintRow, FingerprintsRepository } from './fingerprints.repository';

const DAY = 86_400_000;
const NOTHING_MEASURED: MeasuredPlaybooks = new Map();
/** So many codes of the catalogue are looked for when someone searches by words. */
const CODES_OF_A_SEARCH = 200;

/** A fingerprint as others need it: what a run is to mend. */
export interface TargetFingerprint {
  readonly id: string;
  readonly code: string;
  readonly phase: string;
  /** For people: "0x80070002 in download, KB5034441". */
  readonly label: string;
  /** Why the reset should not be used against it. */
  readonly guard: Guard | null;
}

/** The home of the dashboard: what fails, where and since when. */
@Injectable()
export class FingerprintsService {
  constructor(
    private readonly repository: FingerprintsRepository,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly effect: EffectService,
  ) {}

  async page(query: FingerprintQuery): Promise<Page<Fingerprint>> {
    const { rows, total } = await this.repository.page(
      this.database,
      query,
      codesFor(query.search),
    );
    const counts = await this.count(rows.slice(0, query.limit));
    const now = this.clock.now();
    return pageFrom(
      rows,
      query.limit,
      (row) => [row.sortKey, row.id],
      (row) => toFingerprint(row, counts(row.id), now),
      total,
    );
  }

  async find(id: string): Promise<Fingerprint> {
    const row = await this.repository.find(this.database, id);
    if (!row) throw notFound('fingerprint');
    const counts = await this.count([row]);
    return toFingerprint(row, counts(id), this.clock.now());
  }

  async affected(
    id: string,
    query: z.infer<typeof affectedMachineQuerySchema>,
  ): Promise<Page<AffectedMachine>> {
    if (!(await this.repository.find(this.database, id))) throw notFound('fingerprint');
    const { rows, total } = await this.repository.affected(this.database, id, query);
    return pageFrom(
      rows,
      query.limit,
      (row) => [row.sortKey, row.machineId],
      toAffectedMachine,
      total,
    );
  }

  async overview(): Promise<Overview> {
    const now = this.clock.now().getTime();
    const numbers = await this.repository.overview(this.database, {
      newSince: new Date(now - DAY),
      fixedSince: new Date(now - 7 * DAY),
    });
    return numbers as Overview;
  }

  /** What a remediation is aimed at. @throws `not-found` */
  async target(database: Queryable, id: string): Promise<TargetFingerprint> {
    const row = await this.repository.find(database, id);
    if (!row) throw notFound('fingerprint');
    const { code, phase, update } = row;
    const label = `${code} in ${phase}${update === null ? '' : `, ${update}`}`;
    return { id, code, phase, label, guard: adviceFor(row, NOTHING_MEASURED).guard };
  }

  private async count(rows: readonly FingerprintRow[]): Promise<(id: string) => FingerprintCounts> {
    const ids = rows.map(({ id }) => id);
    const failures = new Map<string, Map<string, number>>();
    const verdicts = new Map<string, Record<string, number>>();
    const active = new Map<string, number>();
    let measured: ReadonlyMap<string, MeasuredPlaybooks> = new Map();
    if (ids.length > 0) {
      const since = trendStart(this.clock.now());
      const [days, runs, results] = await Promise.all([
        this.repository.failuresByDay(this.database, ids, since),
        this.repository.runsByVerdict(this.database, ids),
        this.effect.measured(this.database, ids),
      ]);
      measured = results;
      for (const each of days) {
        const byDay = failures.get(each.fingerprintId) ?? new Map<string, number>();
        failures.set(each.fingerprintId, byDay.set(each.day, each.failures));
      }
      for (const { fingerprintId, verdict, runs: number } of runs) {
        if (verdict === null) active.set(fingerprintId, number);
        else verdicts.set(fingerprintId, { ...verdicts.get(fingerprintId), [verdict]: number });
      }
    }
    return (id) => ({
      failures: failures.get(id) ?? new Map(),
      verdicts: verdicts.get(id) ?? {},
      activeRuns: active.get(id) ?? 0,
      measured: measured.get(id) ?? NOTHING_MEASURED,
    });
  }
}

/** The codes that a search may mean: the one that is spelled out, and those whose symbol or meaning has the words. */
function codesFor(search: string | undefined): string[] {
  if (search === undefined || search === '') return [];
  const spelled = normaliseErrorCode(search);
  const found = searchErrorCodes(search, CODES_OF_A_SEARCH).map(({ code }) => code);
  return [...new Set(spelled === undefined ? found : [spelled, ...found])];
}
