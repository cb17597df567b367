import { type DetectionSource, type Phase, type UpdateKind } from '@fleetmend/domain';
import { integer, maybeText, type Row, type State, text } from '../state/state';
import { type Observation } from './observation';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How exactly a source names what failed, and how far its records lie from those of others. */
interface Habit {
  /**
   * `exact`: code and phase are those that Windows Update has for it. `any-phase`: the code, but not when it failed.
   * `any-code`: that this package failed, by a code of a deeper layer.
   */
  readonly precision: 'exact' | 'any-phase' | 'any-code';
  /** Two sources that tell of the same failure within this time tell of one. */
  readonly sameOccurrenceMs: number;
  /** One source tells the same failure in several records, but within this time. */
  readonly sameRecordMs: number;
}

const EXACT: Habit = {
  precision: 'exact',
  sameOccurrenceMs: 10 * MINUTE_MS,
  sameRecordMs: MINUTE_MS,
};
const SERVICING: Habit = {
  precision: 'any-code',
  sameOccurrenceMs: HOUR_MS,
  sameRecordMs: 10 * MINUTE_MS,
};
const HABITS: Readonly<Record<DetectionSource, Habit>> = {
  'event-log': EXACT,
  'reporting-events': EXACT,
  'windows-update-log': EXACT,
  esent: EXACT,
  // An entry says that an installation failed, also where the download already did.
  'update-history': { ...EXACT, precision: 'any-phase' },
  servicing: SERVICING,
  'cbs-log': SERVICING,
  // Set-up writes when it gives up, Windows Update after it has put the old Windows back; both take their time.
  'setup-results': {
    precision: 'any-code',
    sameOccurrenceMs: DAY_MS,
    sameRecordMs: 2 * HOUR_MS,
  },
};

/** Whether a source tells by Windows Update's own code and phase. */
export function isExact(source: DetectionSource): boolean {
  return HABITS[source].precision === 'exact';
}

/** How long after its own time a source's record may be told by a more exact one. */
export function hearsayMs(source: DetectionSource): number {
  return isExact(source) ? 0 : HABITS[source].sameOccurrenceMs;
}

/** Whether two records may be about the same failure, by update and time. */
export function mayBeSame(a: Observation, b: Observation): boolean {
  const [one, other] = [tellingOf(a, a.updateKind), tellingOf(b, b.updateKind)];
  return isSameUpdate(one, other) && areNear(one, other) && agree(one, other);
}

interface Telling {
  readonly source: DetectionSource;
  readonly code: string;
  readonly phase: Phase;
  readonly id: string | undefined;
  readonly kb: string | undefined;
  readonly isFeature: boolean;
  readonly at: number;
}
type NotedTelling = Telling & { readonly occurrence: number };

/** More would be no chain of retries but a fault of ours; it bounds what one question reads. */
const MOST_TELLINGS = 2_000;

/**
 * Which records tell of which occurrence. Records come in any order, again, and from sources that see different parts
 * of it, so none can be tied to its occurrence for good. Counted instead: records of the same update that lie close
 * together need so many occurrences as it takes to explain them all, and that many reports are made. All methods
 * belong to the transaction of the caller.
 */
export class OccurrenceLedger {
  constructor(private readonly state: State) {}

  /** Notes a record of a failure. True when it takes one more occurrence to explain it: that is to be reported. */
  note(observation: Observation & { readonly code: string; readonly updateKind: UpdateKind }) {
    const telling = tellingOf(observation, observation.updateKind);
    const group = this.groupOf(telling);
    if (group.some((one) => isSameRecord(one, telling))) return false;
    const reported = new Set(group.map(({ occurrence }) => occurrence));
    const isNew = occurrencesBehind([...group, telling]) > reported.size;
    this.add(telling, isNew ? this.open(telling) : nearest(group, telling).occurrence);
    return isNew;
  }

  /** Whether set-up, or anybody else, has told of a feature update that failed at about this time. */
  knowsFeature(at: Date, bySetup: boolean): boolean {
    const reach = HABITS['setup-results'].sameOccurrenceMs;
    return (
      this.state.get(
        `SELECT 1 FROM tellings
         WHERE is_feature = 1 AND phase <> 'download' AND (source = 'setup-results') = ?
           AND at BETWEEN ? AND ? LIMIT 1`,
        Number(bySetup),
        at.getTime() - reach,
        at.getTime() + reach,
      ) !== undefined
    );
  }

  /** What was told of the same update, close by or close to what is close by. */
  private groupOf(telling: Telling): NotedTelling[] {
    const reach = telling.isFeature ? 10 * DAY_MS : DAY_MS;
    const nearby = this.state
      .all(
        `SELECT * FROM tellings
         WHERE at BETWEEN ?1 AND ?2
           AND (update_id = ?3 OR kb = ?4 OR (is_feature = 1 AND ?5 = 1)
             OR (update_id IS NULL AND kb IS NULL AND is_feature = 0 AND ?6 = 1))
         ORDER BY abs(at - ?7) LIMIT ?8`,
        telling.at - reach,
        telling.at + reach,
        telling.id ?? null,
        telling.kb ?? null,
        Number(telling.isFeature),
        Number(!hasUpdate(telling)),
        telling.at,
        MOST_TELLINGS,
      )
      .map(readTelling)
      .filter((one) => isSameUpdate(one, telling));
    return connected(telling, nearby);
  }

  private open({ code, phase, id, kb, at }: Telling): number {
    this.state.run(
      'INSERT INTO occurrences (code, phase, update_key, occurred_at) VALUES (?, ?, ?, ?)',
      code,
      phase,
      id ?? kb ?? '',
      at,
    );
    return this.state.lastInsertId();
  }

  private add({ source, code, phase, id, kb, isFeature, at }: Telling, occurrence: number): void {
    this.state.run(
      `INSERT INTO tellings (occurrence, source, code, phase, update_id, kb, is_feature, at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      occurrence,
      source,
      code,
      phase,
      id ?? null,
      kb ?? null,
      Number(isFeature),
      at,
    );
  }
}

function tellingOf(
  { source, code, phase, update, at }: Observation,
  kind: UpdateKind | undefined,
): Telling {
  const { id, kb } = update;
  const isFeature = kind === 'feature';
  return { source, code: code ?? '', phase, id, kb, isFeature, at: at.getTime() };
}

function readTelling(row: Row): NotedTelling {
  return {
    occurrence: integer(row, 'occurrence'),
    source: text(row, 'source') as DetectionSource,
    code: text(row, 'code'),
    phase: text(row, 'phase') as Phase,
    id: maybeText(row, 'update_id'),
    kb: maybeText(row, 'kb'),
    isFeature: integer(row, 'is_feature') === 1,
    at: integer(row, 'at'),
  };
}

/** Records that close a chain of neighbours with `telling`. */
function connected(telling: Telling, nearby: readonly NotedTelling[]): NotedTelling[] {
  const group: NotedTelling[] = [];
  let frontier: readonly Telling[] = [telling];
  let rest = nearby;
  while (frontier.length > 0 && rest.length > 0) {
    const reached = rest.filter((one) => frontier.some((edge) => areNear(edge, one)));
    rest = rest.filter((one) => !reached.includes(one));
    group.push(...reached);
    frontier = reached;
  }
  return group;
}

/** How often a source told of one code of one update, by what it says of the phase. */
interface Counts {
  readonly installing: Map<DetectionSource, number>;
  readonly scan: Map<DetectionSource, number>;
  readonly download: Map<DetectionSource, number>;
  readonly anyPhase: Map<DetectionSource, number>;
}

/**
 * How many occurrences it takes at least to explain all of these records: for each code and phase as many as its most
 * talkative source tells of; where a source that doesn't know code or phase tells of more, as many as that. Servicing
 * and set-up only know of what fails while Windows installs.
 */
function occurrencesBehind(tellings: readonly Telling[]): number {
  const byMeaning = new Map<string, Counts>();
  const anyCode = new Map<DetectionSource, number>();
  for (const telling of tellings) {
    const { source, code, phase } = telling;
    const { precision } = HABITS[source];
    if (precision === 'any-code') {
      count(anyCode, source);
      continue;
    }
    const meaning = `${code} ${updateNameIn(tellings, telling)}`;
    const counts = byMeaning.get(meaning) ?? noCounts();
    byMeaning.set(meaning, counts);
    count(precision === 'exact' ? counts[phaseClass(phase)] : counts.anyPhase, source);
  }
  let installing = 0;
  let before = 0;
  for (const counts of byMeaning.values()) {
    const earlier = most(counts.scan) + most(counts.download);
    before += earlier;
    installing += Math.max(most(counts.installing), most(counts.anyPhase) - earlier);
  }
  return before + Math.max(installing, most(anyCode));
}

function noCounts(): Counts {
  return { installing: new Map(), scan: new Map(), download: new Map(), anyPhase: new Map() };
}

function most(counts: ReadonlyMap<DetectionSource, number>): number {
  return Math.max(0, ...counts.values());
}

function count(counts: Map<DetectionSource, number>, source: DetectionSource): void {
  counts.set(source, (counts.get(source) ?? 0) + 1);
}

/** A record that knows the KB alone speaks of the update next to it that has that KB. */
function updateNameIn(tellings: readonly Telling[], telling: Telling): string {
  if (telling.id !== undefined || telling.kb === undefined) return telling.id ?? '';
  const named = tellings.filter(({ id, kb }) => id !== undefined && kb === telling.kb);
  return named.length === 0 ? telling.kb : (nearest(named, telling).id ?? telling.kb);
}

function isSameUpdate(one: Telling, other: Telling): boolean {
  if (one.id !== undefined && one.id === other.id) return true;
  if (one.kb !== undefined && one.kb === other.kb) return true;
  if (one.isFeature && other.isFeature) return isSetup(one) || isSetup(other);
  return !hasUpdate(one) && !hasUpdate(other);
}

/** Set-up doesn't say by which update it was started. */
function isSetup({ source }: Telling): boolean {
  return source === 'setup-results';
}

function hasUpdate({ id, kb, isFeature }: Telling): boolean {
  return id !== undefined || kb !== undefined || isFeature;
}

function areNear(one: Telling, other: Telling): boolean {
  const reach = Math.max(
    HABITS[one.source].sameOccurrenceMs,
    HABITS[other.source].sameOccurrenceMs,
  );
  return Math.abs(one.at - other.at) <= reach;
}

/** Whether code and phase, as far as both sources know them, are the same. */
function agree(one: Telling, other: Telling): boolean {
  const precisions = [HABITS[one.source].precision, HABITS[other.source].precision];
  const downloadsOrScans = [one, other].some(({ phase }) => phaseClass(phase) !== 'installing');
  if (precisions.includes('any-code')) return !downloadsOrScans;
  if (one.code !== other.code) return false;
  return precisions.includes('any-phase') || phaseClass(one.phase) === phaseClass(other.phase);
}

function isSameRecord(one: Telling, other: Telling): boolean {
  const { precision, sameRecordMs } = HABITS[one.source];
  if (one.source !== other.source || Math.abs(one.at - other.at) > sameRecordMs) return false;
  if (precision === 'any-code') return true;
  const isSameId = one.id === other.id || one.id === undefined || other.id === undefined;
  return isSameId && agree(one, other);
}

/** What fails after the restart, or at a moment that the record doesn't tell, fails in the course of installing. */
function phaseClass(phase: Phase): 'scan' | 'download' | 'installing' {
  return phase === 'scan' || phase === 'download' ? phase : 'installing';
}

function nearest<T extends Telling>(tellings: readonly T[], { at }: Telling): T {
  return tellings.reduce((best, one) =>
    Math.abs(one.at - at) < Math.abs(best.at - at) ? one : best,
  );
}
