import { randomUUID } from 'node:crypto';
import { type FailureReport, type SuccessReport } from '@fleetmend/client-protocol';
import { type UpdateKind } from '@fleetmend/domain';
import { type Clock } from '../clock';
import { type Log, reasonOf } from '../log';
import { type Outbox } from '../outbox/outbox';
import { readMetadata, writeMetadata } from '../state/metadata';
import { type State } from '../state/state';
import { Unavailable } from '../windows/windows';
import { ClueStore } from './clue-store';
import { corroborate } from './corroboration';
import { DetectionStore, type PastObservation } from './detection-store';
import { type DetectionReader, type Observation, type Reading } from './observation';
import { hearsayMs, mayBeSame, OccurrenceLedger } from './occurrence-ledger';
import { type Arrival, WaitingRoom } from './waiting-room';

const DAY_MS = 24 * 3_600_000;
/** How far back the first reading goes. */
const BACKLOG_MS = 30 * DAY_MS;
const MEMORY_MS = 90 * DAY_MS;
/** What a source may give at once; the rest follows in a reading of its own. */
const LARGEST_HARVEST = 1_000;

/** How a source stands: what `status`, `doctor` and the log say of it. */
export interface SourceStatus {
  readonly name: string;
  readonly available: boolean;
  readonly message: string;
}

/** What a source gave, and since when it is known. */
interface Harvest extends Omit<Reading, 'remarks'> {
  readonly reader: DetectionReader;
  readonly knownSince: Date;
}

/** Reads all sources and makes reports of what is new. */
export class Detection {
  private readonly store: DetectionStore;
  private readonly ledger: OccurrenceLedger;
  private readonly clues: ClueStore;
  private readonly waiting: WaitingRoom;
  private readonly statuses = new Map<string, SourceStatus>();
  private reading: Promise<void> = Promise.resolve();
  private queued: Promise<void> | undefined;

  constructor(
    private readonly readers: readonly DetectionReader[],
    private readonly state: State,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {
    this.store = new DetectionStore(state);
    this.ledger = new OccurrenceLedger(state);
    this.clues = new ClueStore(state);
    this.waiting = new WaitingRoom(state);
  }

  /**
   * Reads everything that is new in all sources, in a reading that begins after the call; calls that wait share one.
   * Rejects when the state can't be written: then nothing was taken.
   */
  poll(): Promise<void> {
    this.queued ??= this.reading
      .catch(() => undefined)
      .then(() => {
        this.queued = undefined;
        this.reading = this.readAll();
        return this.reading;
      });
    return this.queued;
  }

  /** How each source stood when it was read last. */
  sources(): readonly SourceStatus[] {
    return [...this.statuses.values()];
  }

  /** Whether the failure was seen, and nothing since that closes it. */
  isOpen(failure: Parameters<DetectionStore['isOpen']>[0]): boolean {
    return this.store.isOpen(failure);
  }

  /** What was observed at or after `since`. */
  observedSince(since: Date): PastObservation[] {
    return this.store.observedSince(since);
  }

  /** Forgets what can't matter any more. */
  prune(): void {
    const before = new Date(this.clock.now().getTime() - MEMORY_MS);
    this.state.transaction(() => {
      this.store.prune(before);
      this.clues.prune(this.clock.now());
    });
  }

  /**
   * Another machine than before, as after an enrolment at another server, has heard of nothing yet: what is on record
   * is reported once more, all but what is on its way already. Throws when the state can't be written.
   */
  reportTo(machineId: string): void {
    const before = readMetadata(this.state, 'reported-to');
    if (before === machineId) return;
    this.state.transaction(() => {
      if (before !== undefined) {
        this.store.forgetAllBut(this.outbox.failures());
        this.clues.forgetAll();
        this.waiting.forgetAll();
        writeMetadata(this.state, 'first-read', this.clock.now().toISOString());
      }
      writeMetadata(this.state, 'reported-to', machineId);
    });
  }

  private async readAll(): Promise<void> {
    const firstStart = this.firstStart();
    const since = new Date(this.clock.now().getTime() - BACKLOG_MS);
    let readers = this.readers;
    while (readers.length > 0) {
      const harvests: Harvest[] = [];
      for (const reader of readers) {
        if (harvests.some(({ observations }) => observations.length > 0)) reader.expectNews?.();
        const harvest = await this.readOne(reader, since);
        if (harvest) harvests.push(harvest);
      }
      this.take(harvests, firstStart);
      readers = harvests.filter(({ more }) => more).map(({ reader }) => reader);
    }
  }

  /** Reads a source to its end, or as much of it as is kept in memory at once. */
  private async readOne(reader: DetectionReader, since: Date): Promise<Harvest | undefined> {
    const knownSince = this.store.knownSince(reader.name, this.clock.now());
    let bookmark = this.store.bookmark(reader.name);
    const observations: Observation[] = [];
    const clues: NonNullable<Reading['clues']>[number][] = [];
    const remarks = new Set<string>();
    try {
      for (;;) {
        const reading = await reader.read(bookmark, since);
        bookmark = reading.bookmark;
        observations.push(...reading.observations);
        clues.push(...(reading.clues ?? []));
        for (const remark of reading.remarks) remarks.add(remark);
        if (reading.more && observations.length + clues.length < LARGEST_HARVEST) continue;
        this.tell({
          name: reader.name,
          available: true,
          message: [...remarks].join(' ') || 'read',
        });
        return { reader, knownSince, observations, clues, bookmark, more: reading.more };
      }
    } catch (error) {
      const message = error instanceof Unavailable ? error.message : `failed: ${reasonOf(error)}`;
      this.tell({ name: reader.name, available: false, message });
      return undefined;
    }
  }

  /** Reports and bookmarks in one transaction: nothing is lost and nothing is made twice. */
  private take(harvests: readonly Harvest[], firstStart: Date): void {
    const now = this.clock.now();
    const moved = harvests.filter(
      ({ reader, bookmark }) => bookmark !== (this.store.bookmark(reader.name) ?? ''),
    );
    if (moved.length === 0 && !this.waiting.hasDue(now)) return;
    const isPast = (at: Date, { knownSince }: Harvest) => at < firstStart || at < knownSince;
    const arrivals = moved.flatMap((harvest) =>
      harvest.observations.map((observation) => ({
        observation,
        fromBacklog: isPast(observation.at, harvest),
      })),
    );
    const waiting = this.outbox.size();
    this.state.transaction(() => {
      for (const { observation } of arrivals) this.store.learn(observation);
      for (const { observation } of arrivals) this.store.remember(this.store.complete(observation));
      for (const harvest of moved) {
        for (const clue of harvest.clues ?? []) {
          if (this.clues.keep(clue) && clue.isVerdict)
            this.waiting.holdVerdict(clue, isPast(clue.at, harvest), now);
        }
      }
      this.judge(arrivals, now);
      for (const { reader, bookmark } of moved) this.store.moveBookmark(reader.name, bookmark);
    });
    if (this.outbox.size() > waiting) this.outbox.announce();
  }

  /** Reports what is new among what came and what has waited long enough. */
  private judge(arrivals: readonly Arrival[], now: Date): void {
    const isBySetup = ({ source }: Observation) => source === 'setup-results';
    const features = [...arrivals.map(({ observation }) => observation), ...this.waiting.all()]
      .map((one) => this.store.complete(one))
      .filter(isFailedFeature);
    const bothTell = features.some(isBySetup) && !features.every(isBySetup);
    const mustWait = (arrival: Arrival) => {
      const observation = this.store.complete(arrival.observation);
      if (bothTell || !isFailedFeature(observation)) return false;
      if (this.ledger.knowsFeature(observation.at, !isBySetup(observation))) return false;
      return this.waiting.holdFeature(arrival, now);
    };
    const present = arrivals.filter((arrival) => !mustWait(arrival));
    const isReady = (one: Observation) => bothTell && isFailedFeature(this.store.complete(one));
    present.push(...this.waiting.release(now, isReady));
    // A more exact record of the same failure goes first: the report says what that says.
    const dueAt = ({ at, outcome, source }: Observation) =>
      at.getTime() + (outcome === 'failure' ? hearsayMs(source) : 0);
    present.sort((a, b) => dueAt(a.observation) - dueAt(b.observation));
    const all = present.map(({ observation }) => this.store.complete(observation));
    for (const [index, observation] of all.entries())
      this.report(observation, present[index]?.fromBacklog ?? false, all);
  }

  private report(
    observation: Observation & { readonly updateKind: UpdateKind },
    fromBacklog: boolean,
    all: readonly Observation[],
  ): void {
    const { code, source, update, at } = observation;
    if (observation.outcome === 'success') {
      if (this.store.noteSuccess(observation)) this.outbox.add(this.successReport(observation));
      return;
    }
    if (code === undefined) return;
    // Windows Update tried again by itself, and it worked: nothing failed that anybody waited for.
    const isHearsay = source === 'servicing' || source === 'cbs-log';
    if (isHearsay && this.store.wasInstalledSince(update.kb, at)) return;
    if (!this.ledger.note({ ...observation, code })) return;
    const witnesses = all.filter(
      (one) => one !== observation && one.outcome === 'failure' && mayBeSame(one, observation),
    );
    const { updateSource } = [observation, ...witnesses].find(
      (one) => one.updateSource !== 'unknown' && one.phase === observation.phase,
    ) ?? { updateSource: 'unknown' as const };
    const isInstalling = observation.phase !== 'scan' && observation.phase !== 'download';
    const isFeature = observation.updateKind === 'feature';
    const clues = isInstalling && !isHearsay ? this.clues.near(at, update.kb, isFeature) : [];
    const corroboration = corroborate(observation, witnesses, clues);
    this.store.openFailure({ ...observation, phase: corroboration.phase }, code);
    const report: FailureReport = {
      ...this.reportBase(),
      kind: 'failure',
      code,
      ...corroboration,
      update,
      updateKind: observation.updateKind,
      updateSource,
      occurredAt: at.toISOString(),
      fromBacklog,
    };
    this.outbox.add(report);
    this.log.info('An update failed.', {
      code,
      phase: report.phase,
      kind: report.updateKind,
      update: update.kb ?? update.id,
    });
  }

  private successReport({ phase, update, at }: Observation): SuccessReport {
    return {
      ...this.reportBase(),
      kind: 'success',
      phase: phase === 'scan' || phase === 'download' ? phase : 'install',
      update,
      occurredAt: at.toISOString(),
    };
  }

  private reportBase(): { id: string; createdAt: string } {
    return { id: randomUUID(), createdAt: this.clock.now().toISOString() };
  }

  /** When this client looked for the first time: failures from before are the past. */
  private firstStart(): Date {
    const known = readMetadata(this.state, 'first-read');
    if (known !== undefined) return new Date(known);
    const now = this.clock.now();
    writeMetadata(this.state, 'first-read', now.toISOString());
    return now;
  }

  private tell(status: SourceStatus): void {
    const before = this.statuses.get(status.name);
    if (before?.available === status.available && before.message === status.message) return;
    this.statuses.set(status.name, status);
    writeMetadata(this.state, 'sources', JSON.stringify(this.sources()));
    this.log[status.available ? 'info' : 'warn']('A source was read.', {
      source: status.name,
      available: status.available,
      remark: status.message,
    });
  }
}

/** A feature update that was downloaded and couldn't be installed: set-up and Windows Update both tell of it. */
function isFailedFeature({ outcome, phase, updateKind }: Observation): boolean {
  return (
    outcome === 'failure' && updateKind === 'feature' && phase !== 'scan' && phase !== 'download'
  );
}
