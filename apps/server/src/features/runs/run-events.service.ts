import { Injectable } from '@nestjs/common';
import type { HistoryReport, RunEventReport, StepEvent } from '@fleetmend/client-protocol';
import type { Transaction } from '../../platform/database';
import { RunEventsRepository } from './run-events.repository';
import { foldSteps, type RunMove, RunProgress, type StepProgress } from './run-progress';
import { type LockedRun, RunStandingRepository } from './run-standing.repository';

/** Something that a machine told of one of its runs. */
export interface ReportedRunEvent {
  readonly machineId: string;
  readonly report: RunEventReport | HistoryReport;
}

/** What became of it. */
export interface RunEventChanges {
  /** By the id of the report: why it can't be kept. */
  readonly rejected: ReadonlyMap<string, string>;
  readonly runIds: readonly string[];
  readonly remediationIds: readonly string[];
  readonly machineIds: readonly string[];
}

/** How many events a run may have, so that no machine fills the disk. Its verdict is always heard. */
const EVENT_LIMIT = 5000;
/** How many records of Windows may be saved of a run, for the same reason. */
const HISTORY_LIMIT = 20;
/** And how many parts all of them may have: 60 million characters at most, several times what the client sends. */
const HISTORY_PART_LIMIT = 300;

/** Moves runs by what their machines tell. */
@Injectable()
export class RunEventsService {
  constructor(
    private readonly repository: RunEventsRepository,
    private readonly standing: RunStandingRepository,
  ) {}

  async record(
    transaction: Transaction,
    reported: readonly ReportedRunEvent[],
    now: Date,
  ): Promise<RunEventChanges> {
    const runs = await this.standing.lock(transaction, [
      ...new Set(reported.map(({ report }) => report.runId)),
    ]);
    const rejected = new Map<string, string>();
    const events: RunEventReport[] = [];
    const histories: HistoryReport[] = [];
    const room = new Map([...runs.values()].map((run) => [run.id, EVENT_LIMIT - run.events]));
    for (const { machineId, report } of reported) {
      const run = runs.get(report.runId);
      if (run?.machineId !== machineId) {
        rejected.set(report.id, 'This machine has no such run.');
      } else if (report.kind === 'history') {
        histories.push(report);
      } else {
        const left = (room.get(run.id) ?? 0) - 1;
        if (left < 0 && report.event !== 'verdict') {
          rejected.set(report.id, `A run has at most ${EVENT_LIMIT} events.`);
          continue;
        }
        room.set(run.id, left);
        events.push(report);
      }
    }
    const kept = await this.withinLimit(transaction, histories, rejected);
    if (kept.length > 0) await this.repository.addHistoryParts(transaction, kept, now);
    if (events.length > 0) await this.apply(transaction, runs, events, now);
    const touched = [...runs.values()].filter((run) =>
      [...events, ...kept].some((report) => report.runId === run.id),
    );
    return {
      rejected,
      runIds: touched.map(({ id }) => id),
      remediationIds: [...new Set(touched.map(({ remediationId }) => remediationId))],
      machineIds: [...new Set(touched.map(({ machineId }) => machineId))],
    };
  }

  private async withinLimit(
    transaction: Transaction,
    histories: readonly HistoryReport[],
    rejected: Map<string, string>,
  ): Promise<HistoryReport[]> {
    if (histories.length === 0) return [];
    const runIds = [...new Set(histories.map(({ runId }) => runId))];
    const known = await this.repository.savedHistories(transaction, runIds);
    return histories.filter(({ id, runId, name, part, parts }) => {
      const saved = known.get(runId) ?? { names: new Set(), parts: 0 };
      known.set(runId, saved);
      if (part >= parts) {
        rejected.set(id, 'There is no such part.');
        return false;
      }
      if (!saved.names.has(name) && saved.names.size >= HISTORY_LIMIT) {
        rejected.set(id, `At most ${HISTORY_LIMIT} records are saved of a run.`);
        return false;
      }
      if (saved.parts >= HISTORY_PART_LIMIT) {
        rejected.set(id, `At most ${HISTORY_PART_LIMIT} parts of records are saved of a run.`);
        return false;
      }
      saved.names.add(name);
      saved.parts += 1;
      return true;
    });
  }

  private async apply(
    transaction: Transaction,
    runs: ReadonlyMap<string, LockedRun>,
    events: readonly RunEventReport[],
    now: Date,
  ): Promise<void> {
    const added = await this.repository.addEvents(transaction, events, now);
    const standings: (RunProgress['current'] & { id: string })[] = [];
    const moves: (RunMove & { runId: string })[] = [];
    const steps: (StepProgress & { runId: string })[] = [];
    const counts = new Map<string, number>();
    for (const run of runs.values()) {
      const mine = events
        .filter((event) => event.runId === run.id && added.delete(`${run.id} ${event.sequence}`))
        .sort((a, b) => a.sequence - b.sequence);
      if (mine.length === 0) continue;
      counts.set(run.id, mine.length);
      const progress = new RunProgress(run, now);
      for (const event of mine) progress.take(event);
      if (progress.changed) standings.push({ ...progress.current, id: run.id });
      moves.push(...progress.moves.map((move) => ({ ...move, runId: run.id })));
      const ofSteps = mine.filter((event): event is StepEvent => event.event === 'step');
      steps.push(...foldSteps(ofSteps).map((step) => ({ ...step, runId: run.id })));
    }
    if (steps.length > 0) await this.repository.putSteps(transaction, steps);
    if (standings.length > 0) await this.standing.put(transaction, standings, moves);
    if (counts.size > 0) await this.repository.heard(transaction, counts, now);
  }
}
