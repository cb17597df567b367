import { type Clock } from '../clock';
import { type Log } from '../log';
import { type State, text } from '../state/state';
import { type Executor } from './executor';
import { type Journal } from './journal';
import { runDefinitionSchema } from './run-definition';

const RESTART_LOOK_MS = 60_000;

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
    stop.addEventListener('abort', () => {
      this.executor.requestEnd();
    });
    const driven = new Set<string>();
    while (!stop.aborted) {
      this.woken = false;
      let waits = false;
      try {
        await this.takeLocalRequest();
        waits = await this.driveActive(driven);
      } catch (error) {
        this.log.error('The run could not go on. It is tried again.', { error });
        waits = true;
      }
      if (!stop.aborted) await this.untilLook(stop, waits ? RESTART_LOOK_MS : undefined);
    }
  }

  /** True when it must be looked at again after a while. */
  private async driveActive(driven: Set<string>): Promise<boolean> {
    const run = this.journal.active();
    if (!run) return false;
    const { runId, mode } = run.definition;
    const isResume = !driven.has(runId) && this.journal.facts(runId).entries.length > 0;
    driven.add(runId);
    if (isResume) {
      this.journal.countResume(runId);
      this.log.warn('A run that was cut off goes on.', { runId, mode, resumes: run.resumes + 1 });
    }
    const result = await this.executor.drive(this.journal.find(runId) ?? run);
    if (result === 'ended') {
      this.ended();
      this.look();
    }
    return result === 'waits-for-restart';
  }

  private async takeLocalRequest(): Promise<void> {
    const row = this.state.get('SELECT run_id, definition FROM local_requests LIMIT 1');
    if (!row || this.journal.active()) return;
    const definition = runDefinitionSchema.parse(JSON.parse(text(row, 'definition')));
    await this.journal.begin(definition, 'local', () => {
      this.state.run('DELETE FROM local_requests WHERE run_id = ?', definition.runId);
    });
  }

  /** Local requests come from another process: they are looked for every few seconds. */
  private async untilLook(stop: AbortSignal, atMostMs = 2_000): Promise<void> {
    if (this.woken) return;
    const woken = new AbortController();
    this.wake = () => {
      woken.abort();
    };
    await this.clock.sleep(Math.min(atMostMs, 2_000), AbortSignal.any([stop, woken.signal]));
    this.wake = undefined;
  }
}
