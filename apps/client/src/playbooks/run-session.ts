import { type Clock } from '../clock';
import { type Log, reasonOf } from '../log';
import { isDiskTrouble } from '../state/sqlite-error';
import { type ServerTime } from '../time/server-time';
import { type TimeServers } from '../time/time-servers';
import { Unavailable, type Windows, WindowsError } from '../windows/windows';
import { startServicesOf } from './emergency';
import { type Journal, type JournalledRun } from './journal';
import { type JournalEntry } from './journal-entry';
import { eventOf } from './run-events';
import { type RunFacts } from './run-facts';
import {
  Interrupted,
  type Observations,
  type RunStep,
  type StepContext,
  type StepOutcome,
} from './step';

/** What runs are carried out with. */
export interface ExecutorParts {
  readonly windows: Windows;
  readonly journal: Journal;
  readonly observations: Observations;
  readonly serverTime: ServerTime;
  readonly timeServers: TimeServers;
  readonly clock: Clock;
  readonly log: Log;
  readonly reportingEventsPath: string;
}

const DISK_RETRY_MS = 5_000;

/** One run in hand: its journal, and what its steps work with. */
export class RunSession {
  constructor(
    readonly run: JournalledRun,
    readonly facts: RunFacts,
    readonly parts: ExecutorParts,
    /** Aborts when the client is asked to end. */
    readonly ending: AbortSignal,
  ) {}

  /** Whatever a step throws is its failure, except that the client is asked to end. */
  async attempt(act: () => Promise<StepOutcome>): Promise<StepOutcome> {
    try {
      return await act();
    } catch (error) {
      if (error instanceof Interrupted) throw error;
      if (!(error instanceof WindowsError || error instanceof Unavailable)) {
        this.parts.log.warn('A step failed.', { runId: this.run.definition.runId, error });
      }
      const errorCode = error instanceof WindowsError ? error.code : undefined;
      return { state: 'failed', message: reasonOf(error), errorCode };
    }
  }

  /** What a step may use. */
  context(step: RunStep): StepContext {
    const { windows, clock, log, observations, serverTime, timeServers } = this.parts;
    const { reportingEventsPath } = this.parts;
    return {
      windows,
      clock,
      log,
      observations,
      serverTime,
      timeServers,
      pastRuns: this.parts.journal,
      reportingEventsPath,
      definition: this.run.definition,
      stepId: step.id,
      origin: this.run.origin,
      facts: this.facts,
      begunAt: this.facts.begunAt(step.id) ?? clock.now(),
      ending: this.ending,
      note: (note) => this.write({ kind: 'note', stepId: step.id, note }),
    };
  }

  /** A full disk stops the run but not for long the services: they are started again until there is room. */
  async write(
    entry: JournalEntry,
    step?: RunStep,
    reports: StepOutcome['reports'] = [],
  ): Promise<void> {
    const event = eventOf(entry, step);
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.parts.journal.write(
          this.run.definition.runId,
          this.facts,
          entry,
          event,
          reports,
        );
        return;
      } catch (error) {
        if (!isDiskTrouble(error)) throw error;
        this.parts.log.error('The journal cannot be written. The run waits until it can.', {
          error,
        });
        if (attempt === 1) {
          await startServicesOf(this.facts, 'the journal cannot be written.', this.parts);
        }
        await this.parts.clock.sleep(DISK_RETRY_MS, this.ending);
        if (this.ending.aborted) throw new Interrupted();
      }
    }
  }
}
