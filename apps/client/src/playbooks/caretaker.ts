import { type Clock } from '../clock';
import { type Log } from '../log';
import { integer, type State, text } from '../state/state';
import { type Windows } from '../windows/windows';
import { type Journal } from './journal';
import { ran, startService } from './service-control';

const START_TIMEOUT_MS = 30_000;
const TRIES_FOR_MS = 24 * 3_600_000;

/**
 * After a run that could not start again what it had stopped: goes on trying, for a day. No machine is left without
 * its update services because they couldn't be started at the first attempt.
 */
export class Caretaker {
  private readonly settled = new Set<string>();

  constructor(
    private readonly windows: Windows,
    private readonly state: State,
    private readonly journal: Journal,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** Looks once; resolves with whether something is still to be done. */
  async look(): Promise<boolean> {
    const run = this.state.get(
      'SELECT run_id, ended_at, verdict FROM runs WHERE verdict IS NOT NULL ORDER BY ended_at DESC LIMIT 1',
    );
    if (!run || text(run, 'verdict') !== 'inconsistent' || this.journal.active()) return false;
    const runId = text(run, 'run_id');
    const tooOld = integer(run, 'ended_at') < this.clock.now().getTime() - TRIES_FOR_MS;
    if (tooOld || this.settled.has(runId)) return false;
    let allRun = true;
    for (const { name } of this.journal.facts(runId).savedServices().filter(ran)) {
      allRun = (await this.start(name, runId)) && allRun;
    }
    if (allRun) this.settled.add(runId);
    return !allRun;
  }

  private async start(name: string, runId: string): Promise<boolean> {
    const { windows, clock } = this;
    try {
      if ((await startService(name, START_TIMEOUT_MS, { windows, clock })) === 'started') {
        this.log.warn('A service that a run had left stopped was started.', { name, runId });
      }
      return true;
    } catch (error) {
      this.log.error('A service that a run had left stopped could not be started.', {
        name,
        runId,
        error,
      });
      return false;
    }
  }
}
