import { type Clock } from '../clock';
import { type Log, reasonOf } from '../log';
import { isDiskTrouble } from '../state/sqlite-error';
import { type State, text } from '../state/state';
import { type Executor } from './executor';
import { type Journal } from './journal';
import { faultsOf, type RunDefinition, runDefinitionSchema } from './run-definition';

/** Requests from other processes and restarts of Windows come without notice. */
const LOOK_MS = 5_000;
const TROUBLE_MS = 15_000;

/** Sees to it that the run of the journal goes on, one at a time: after orders, after a restart, after a request. */
export class Runner {
  private wake: (() => void) | undefined;
  private woken = false;

  constructor(
    private readonly journal: Journal,
    private readonly executor: Executor,
    private readonly state: State,
    private readonly clock: Clock,
    private readonly log: Log,
    /** Called whenever a run has ended: the next order may come. */
    private readonly ended: () => void,
  ) {}

  /** There may be a run to drive. */
  look(): void {
    this.woken = true;
    this.wake?.();
  }

  /** Runs until `stop`, and then until the run in hand has reached a safe point. Never rejects. */
  async run(stop: AbortSignal): Promise<void> {
    if (stop.aborted) return;
    stop.addEventListener('abort', () => {
      this.executor.requestEnd();
    });
    const driven = new Set<string>();
    const isEnding = () => stop.aborted;
    while (!isEnding()) {
      this.woken = false;
      const waitMs = await this.driveOnce(driven);
      if (!isEnding()) await this.untilLook(stop, waitMs);
    }
  }

  /** Does what there is to do; returns after how many milliseconds to look again, if nobody calls before. */
  private async driveOnce(driven: Set<string>): Promise<number> {
    try {
      await this.takeLocalRequest();
      await this.driveActive(driven);
      return LOOK_MS;
    } catch (error) {
      this.log.error('The run could not go on. It is tried again.', { error });
      return TROUBLE_MS;
    }
  }

  private async driveActive(driven: Set<string>): Promise<void> {
    const run = this.journal.active();
    if (!run) return;
    const { runId, mode } = run.definition;
    const isResume = !driven.has(runId) && this.journal.facts(runId).entries.length > 0;
    driven.add(runId);
    if (isResume) {
      this.countResume(runId);
      this.log.warn('A run that was cut off goes on.', { runId, mode, resumes: run.resumes + 1 });
    }
    const result = await this.executor.drive(this.journal.find(runId) ?? run);
    if (result === 'ended') {
      this.ended();
      this.look();
    }
  }

  /** A full disk doesn't keep a run from going on to where its services are started again. */
  private countResume(runId: string): void {
    try {
      this.journal.countResume(runId);
    } catch (error) {
      if (!isDiskTrouble(error)) throw error;
      this.log.error('That a run goes on could not be written down.', { runId, error });
    }
  }

  private async takeLocalRequest(): Promise<void> {
    const row = this.state.get('SELECT run_id, definition FROM local_requests LIMIT 1');
    if (!row || this.journal.active()) return;
    const runId = text(row, 'run_id');
    const forget = () => this.state.run('DELETE FROM local_requests WHERE run_id = ?', runId);
    const request = requestIn(text(row, 'definition'));
    if ('definition' in request) await this.journal.begin(request.definition, 'local', forget);
    else {
      // It would stand in the way of every order.
      forget();
      const { why } = request;
      this.log.error('A request makes no sense to this client.', { runId, why });
    }
  }

  private async untilLook(stop: AbortSignal, waitMs: number): Promise<void> {
    if (this.woken) return;
    const woken = new AbortController();
    this.wake = () => {
      woken.abort();
    };
    await this.clock.sleep(waitMs, AbortSignal.any([stop, woken.signal]));
    this.wake = undefined;
  }
}

/** What somebody at the machine asked for, checked like an order: it was written down by another process. */
function requestIn(text: string): { definition: RunDefinition } | { why: string } {
  try {
    const definition = runDefinitionSchema.parse(JSON.parse(text));
    const faults = faultsOf(definition);
    return faults.length === 0 ? { definition } : { why: faults.join(' ') };
  } catch (error) {
    return { why: reasonOf(error) };
  }
}
