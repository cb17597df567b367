import { randomUUID } from 'node:crypto';
import { type FailureReport, type SuccessReport } from '@fleetmend/client-protocol';
import { type Clock } from '../clock';
import { type Log, reasonOf } from '../log';
import { type Outbox } from '../outbox/outbox';
import { readMetadata, writeMetadata } from '../state/metadata';
import { type State } from '../state/state';
import { Unavailable } from '../windows/windows';
import { DetectionStore, type PastObservation } from './detection-store';
import { type DetectionReader, type Observation, type Reading } from './observation';

const DAY_MS = 24 * 3_600_000;
/** How far back the first reading goes. */
const BACKLOG_MS = 30 * DAY_MS;
const MEMORY_MS = 90 * DAY_MS;

/** How a source stands: what `status`, `doctor` and the log say of it. */
export interface SourceStatus {
  readonly name: string;
  readonly available: boolean;
  readonly message: string;
}

/** Reads all sources and makes reports of what is new. */
export class Detection {
  private readonly store: DetectionStore;
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

  /** What was observed at or after `since`. */
  observedSince(since: Date): PastObservation[] {
    return this.store.observedSince(since);
  }

  /** Forgets what can't matter any more. */
  prune(): void {
    const before = new Date(this.clock.now().getTime() - MEMORY_MS);
    this.state.transaction(() => {
      this.store.prune(before);
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
        writeMetadata(this.state, 'first-read', this.clock.now().toISOString());
      }
      writeMetadata(this.state, 'reported-to', machineId);
    });
  }

  private async readAll(): Promise<void> {
    const firstStart = this.firstStart();
    const since = new Date(this.clock.now().getTime() - BACKLOG_MS);
    let more: boolean;
    do {
      const readings: { reader: DetectionReader; reading: Reading }[] = [];
      for (const reader of this.readers) {
        const reading = await this.readOne(reader, since);
        if (reading) readings.push({ reader, reading });
      }
      this.take(readings, firstStart);
      more = readings.some(({ reading }) => reading.more);
    } while (more);
  }

  private async readOne(reader: DetectionReader, since: Date): Promise<Reading | undefined> {
    try {
      const reading = await reader.read(this.store.bookmark(reader.name), since);
      this.tell({
        name: reader.name,
        available: true,
        message: reading.remarks.join(' ') || 'read',
      });
      return reading;
    } catch (error) {
      const message = error instanceof Unavailable ? error.message : `failed: ${reasonOf(error)}`;
      this.tell({ name: reader.name, available: false, message });
      return undefined;
    }
  }

  /** Reports and bookmarks in one transaction: nothing is lost and nothing is made twice. */
  private take(
    readings: readonly { reader: DetectionReader; reading: Reading }[],
    firstStart: Date,
  ): void {
    const moved = readings.filter(
      ({ reader, reading }) => reading.bookmark !== (this.store.bookmark(reader.name) ?? ''),
    );
    if (moved.length === 0) return;
    const observations = moved
      .flatMap(({ reading }) => reading.observations)
      .sort((a, b) => a.at.getTime() - b.at.getTime());
    this.state.transaction(() => {
      for (const observation of observations) this.store.learn(observation);
      for (const observation of observations) {
        const twin = this.store.moreTelling(observation, observations);
        this.report(
          { ...observation, updateSource: twin.updateSource },
          observation.at < firstStart,
        );
      }
      for (const { reader, reading } of moved)
        this.store.moveBookmark(reader.name, reading.bookmark);
    });
    if (observations.length > 0) this.outbox.announce();
  }

  private report(raw: Observation, fromBacklog: boolean): void {
    const observation = this.store.complete(raw);
    const { code } = observation;
    this.store.remember(observation);
    if (observation.outcome === 'success') {
      if (this.store.noteSuccess(observation)) this.outbox.add(this.successReport(observation));
    } else if (code !== undefined && this.store.noteFailure(observation, code)) {
      const report: FailureReport = {
        ...this.reportBase(),
        kind: 'failure',
        code,
        phase: observation.phase,
        update: observation.update,
        updateKind: observation.updateKind,
        updateSource: observation.updateSource,
        occurredAt: observation.at.toISOString(),
        fromBacklog,
        evidence: [{ source: observation.source, record: observation.record }],
      };
      this.outbox.add(report);
      this.log.info('An update failed.', {
        code,
        phase: observation.phase,
        kind: observation.updateKind,
        update: observation.update.kb ?? observation.update.id,
      });
    }
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
