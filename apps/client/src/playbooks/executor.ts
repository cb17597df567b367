import { findPlaybook } from '@fleetmend/domain';
import { type Clock } from '../clock';
import { type Log, reasonOf } from '../log';
import { isDiskTrouble } from '../state/sqlite-error';
import { Unavailable, type Windows, WindowsError } from '../windows/windows';
import { type Journal, type JournalledRun, type NewRunEvent } from './journal';
import { type JournalEntry, type RunVerdict } from './journal-entry';
import { renameStands } from './renames';
import { eventOf } from './run-events';
import { type RunFacts } from './run-facts';
import { planOf } from './run-plan';
import {
  Interrupted,
  type Observations,
  type RunStep,
  type StepContext,
  type StepOutcome,
} from './step';
import { describeStep, executeStep } from './steps';
import { restoreServices } from './steps/restore-services';
import { undoStep } from './undo-step';

export interface ExecutorParts {
  readonly windows: Windows;
  readonly journal: Journal;
  readonly observations: Observations;
  readonly clock: Clock;
  readonly log: Log;
  readonly reportingEventsPath: string;
}

/** Where a call of {@link Executor.drive} left the run. */
export type DriveResult = 'ended' | 'interrupted' | 'waits-for-restart';

/** A run that was begun this often without an end takes back what it did. */
const MAXIMUM_RESUMES = 5;
const DISK_RETRY_MS = 5_000;
const EMERGENCY_TIMEOUT_MS = 60_000;

/**
 * Drives runs step by step to their verdict. Before each step its intent is on disk, after it its result; a run that
 * was cut off goes on where its journal ends, or takes back what it did. Services end as they were, either way.
 */
export class Executor {
  private readonly endRequest = new AbortController();

  constructor(private readonly parts: ExecutorParts) {}

  /** Asks running steps to reach a safe point: before anything is changed, or after the services are back. */
  requestEnd(): void {
    this.endRequest.abort();
  }

  /**
   * Does or goes on with a run. `interrupted`: the client is ending; the run goes on at its next start.
   * Rejects only when the state itself is broken.
   */
  async drive(run: JournalledRun): Promise<DriveResult> {
    if (run.verdict !== undefined) return 'ended';
    const facts = this.parts.journal.facts(run.definition.runId);
    const drive = new Drive(run, facts, this.parts, this.endRequest.signal);
    try {
      return await drive.go();
    } catch (error) {
      if (error instanceof Interrupted) return 'interrupted';
      throw error;
    }
  }
}

/** One run on its way. */
class Drive {
  constructor(
    private readonly run: JournalledRun,
    private readonly facts: RunFacts,
    private readonly parts: ExecutorParts,
    private readonly ending: AbortSignal,
  ) {}

  async go(): Promise<DriveResult> {
    const undone = this.run.definition.undoes;
    const steps = planOf(
      this.run.definition,
      undone === undefined ? [] : this.parts.journal.facts(undone).renames(),
    );
    if (!steps) return this.end(this.unknownPlaybook());
    if (this.run.definition.mode === 'dry-run') return this.dryRun(steps);
    const undoing = this.facts.undoing();
    if (undoing) return this.takeBack(steps, undoing.because);
    if (this.hasActed(steps) && this.run.resumes > MAXIMUM_RESUMES) {
      return this.beginTakingBack(steps, {
        verdict: 'rolled-back',
        message: `The client ended ${this.run.resumes} times in the middle of this run.`,
      });
    }
    return this.forward(steps);
  }

  private async forward(steps: readonly RunStep[]): Promise<DriveResult> {
    for (const step of steps) {
      if (this.facts.result(step.id)) continue;
      if (this.ending.aborted && step.section !== 'acting') return 'interrupted';
      if (step.section === 'verifying' || step.action === 'trigger-scan') {
        if (!this.hasRestarted()) return this.waitForRestart();
        if (await this.restartFailed()) return this.end(this.notRenamedAtRestart());
      }
      await this.enter(step.section);
      const outcome = await this.perform(step);
      if (outcome.state === 'refused') {
        return this.end({ verdict: 'skipped', stepId: step.id, message: outcome.message });
      }
      if (outcome.state === 'failed' && step.section !== 'verifying') {
        return this.fail(steps, step, outcome);
      }
    }
    return this.end(this.conclusion(steps));
  }

  private async perform(step: RunStep): Promise<StepOutcome> {
    if (!this.facts.begunAt(step.id)) await this.write({ kind: 'intent', stepId: step.id }, step);
    const outcome = await this.attempt(() => executeStep(step, this.context(step)));
    const { state, message, errorCode, details, note, verdict } = outcome;
    await this.write(
      {
        kind: 'result',
        stepId: step.id,
        state: state === 'refused' ? 'failed' : state,
        message,
        errorCode,
        details,
        note,
        verdict,
        refused: state === 'refused' || undefined,
      },
      step,
      outcome.reports,
    );
    return outcome;
  }

  /** Whatever a step throws is its failure, except that the client is asked to end. */
  private async attempt(act: () => Promise<StepOutcome>): Promise<StepOutcome> {
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

  private fail(
    steps: readonly RunStep[],
    step: RunStep,
    outcome: StepOutcome,
  ): Promise<DriveResult> {
    const because: RunVerdict = {
      verdict: 'step-failed',
      level: 'L0',
      stepId: step.id,
      code: win32Code(outcome.errorCode),
      message: `"${step.title}" failed: ${outcome.message}`,
    };
    return this.hasActed(steps) ? this.beginTakingBack(steps, because) : this.end(because);
  }

  private async beginTakingBack(
    steps: readonly RunStep[],
    because: RunVerdict,
  ): Promise<DriveResult> {
    await this.write({ kind: 'undo', because });
    return this.takeBack(steps, because);
  }

  /** In reverse, every step that was begun. Goes on to the end whatever fails: services first of all must run. */
  private async takeBack(steps: readonly RunStep[], because: RunVerdict): Promise<DriveResult> {
    for (const step of steps.toReversed()) {
      if (step.undo === undefined || !this.facts.begunAt(step.id)) continue;
      if (this.facts.undoResult(step.id)) continue;
      await this.write({ kind: 'undo-intent', stepId: step.id }, step);
      const outcome = await this.attempt(() => undoStep(step, this.context(step)));
      const state = outcome.state === 'done' ? 'undone' : outcome.state;
      await this.write(
        {
          kind: 'undo-result',
          stepId: step.id,
          state: state === 'refused' ? 'failed' : state,
          message: outcome.message,
          errorCode: outcome.errorCode,
          details: outcome.details,
        },
        step,
      );
    }
    return this.end(this.verdictAfterUndo(steps, because));
  }

  private verdictAfterUndo(steps: readonly RunStep[], because: RunVerdict): RunVerdict {
    const results = steps.flatMap((step) => {
      const result = this.facts.undoResult(step.id);
      return result ? [result] : [];
    });
    const failed = results.filter(({ state }) => state === 'failed');
    if (failed.length > 0) {
      const message = [because.message, ...failed.map((result) => result.message)].join(' ');
      return { ...because, verdict: 'inconsistent', level: 'L0', message };
    }
    const undone = results.some(
      ({ stepId, state }) => state === 'undone' && this.changed(steps, stepId),
    );
    return undone
      ? {
          ...because,
          verdict: 'rolled-back',
          level: 'L0',
          message: `${because.message} Everything was taken back.`,
        }
      : { ...because, verdict: 'step-failed' };
  }

  /** Starting services that were never stopped is no undo. */
  private changed(steps: readonly RunStep[], stepId: string): boolean {
    const step = steps.find(({ id }) => id === stepId);
    if (step?.undo !== 'restore-services') return true;
    const result = this.facts.result(stepId);
    return result?.state === 'done' && result.details?.['stopped'] !== '';
  }

  private async dryRun(steps: readonly RunStep[]): Promise<DriveResult> {
    await this.enter('preflight');
    for (const step of steps) {
      if (this.facts.result(step.id)) continue;
      if (this.ending.aborted) return 'interrupted';
      if (!this.facts.begunAt(step.id)) await this.write({ kind: 'intent', stepId: step.id }, step);
      const outcome = await this.attempt(() => this.describe(step));
      await this.write(
        {
          kind: 'result',
          stepId: step.id,
          state: outcome.state === 'failed' ? 'failed' : 'skipped',
          message: outcome.message,
          note: outcome.note,
        },
        step,
      );
    }
    return this.end({ verdict: 'dry-run-done', message: 'Nothing was changed.' });
  }

  /** Noting the services changes nothing, and later steps say what they would do with them. */
  private async describe(step: RunStep): Promise<StepOutcome> {
    const context = this.context(step);
    const message = await describeStep(step, context);
    if (step.action !== 'save-service-states') return { state: 'skipped', message };
    return { ...(await executeStep(step, context)), message };
  }

  /** What the run amounts to when all its steps are behind it. */
  private conclusion(steps: readonly RunStep[]): RunVerdict {
    const proposals = steps.flatMap((step) => this.facts.result(step.id)?.verdict ?? []);
    const worst = proposals.find(({ verdict }) => verdict === 'inconsistent') ?? proposals.at(-1);
    if (this.run.definition.mode === 'undo') {
      return { verdict: 'undone', message: 'What the run had changed was taken back.' };
    }
    return (
      worst ?? { verdict: 'unverified', level: 'L0', message: 'The steps ran; nothing is proven.' }
    );
  }

  private async waitForRestart(): Promise<DriveResult> {
    if (this.facts.state() !== 'rebooting') await this.write({ kind: 'state', state: 'rebooting' });
    return 'waits-for-restart';
  }

  private async restartFailed(): Promise<boolean> {
    const planned = this.facts.renameAtRestart();
    if (!planned) return false;
    return !(await renameStands({ ...planned, kind: 'away' }, this.parts));
  }

  private notRenamedAtRestart(): RunVerdict {
    const { from } = this.facts.renameAtRestart() ?? { from: '' };
    const message = `Windows restarted, but did not rename "${from}".`;
    return { verdict: 'step-failed', level: 'L0', message };
  }

  /** True when nothing waits for a restart, too. */
  private hasRestarted(): boolean {
    const planned = this.facts.renameAtRestart();
    if (!planned) return true;
    const { machine } = this.parts.windows;
    const bootedAt = this.parts.clock.now().getTime() - machine.uptimeMilliseconds();
    // Clocks are set by a few seconds now and then; a restart takes longer than that to come twice.
    return bootedAt - planned.bootedAt > 30_000;
  }

  private hasActed(steps: readonly RunStep[]): boolean {
    return steps.some((step) => step.section === 'acting' && this.facts.begunAt(step.id));
  }

  private async enter(section: RunStep['section']): Promise<void> {
    if (this.facts.state() !== section) await this.write({ kind: 'state', state: section });
  }

  private async end(verdict: RunVerdict): Promise<DriveResult> {
    await this.write({ kind: 'verdict', verdict });
    this.parts.log.info('The run ended.', { runId: this.run.definition.runId, verdict });
    return 'ended';
  }

  private unknownPlaybook(): RunVerdict {
    const { playbook, playbookVersion } = this.run.definition;
    const known = findPlaybook(playbook)?.version ?? 'none';
    return {
      verdict: 'inconsistent',
      message: `This client has version ${known} of "${playbook}", the run was begun with version ${playbookVersion}.`,
    };
  }

  private context(step: RunStep): StepContext {
    const { windows, clock, log, observations, reportingEventsPath } = this.parts;
    return {
      windows,
      clock,
      log,
      observations,
      reportingEventsPath,
      definition: this.run.definition,
      origin: this.run.origin,
      facts: this.facts,
      begunAt: this.facts.begunAt(step.id) ?? clock.now(),
      ending: this.ending,
      note: (note) => this.write({ kind: 'note', stepId: step.id, note }),
    };
  }

  /** A full disk stops the run but not for long the services: they are started again until there is room. */
  private async write(
    entry: JournalEntry,
    step?: RunStep,
    reports: StepOutcome['reports'] = [],
  ): Promise<void> {
    const event: NewRunEvent | undefined = eventOf(entry, step);
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
        if (attempt === 1) await this.startServicesWithoutJournal();
        await this.parts.clock.sleep(DISK_RETRY_MS, this.ending);
        if (this.ending.aborted) throw new Interrupted();
      }
    }
  }

  private async startServicesWithoutJournal(): Promise<void> {
    const { windows, clock, log } = this.parts;
    try {
      const outcome = await restoreServices(EMERGENCY_TIMEOUT_MS, {
        windows,
        clock,
        facts: this.facts,
      });
      log.warn('Services were started because the journal cannot be written.', { outcome });
    } catch (error) {
      log.error('Services could not be started.', { error });
    }
  }
}

/** A Win32 error as HRESULT, the spelling of reports. */
function win32Code(error: number | undefined): string | undefined {
  if (error === undefined || error <= 0 || error > 0xffff) return undefined;
  return `0x8007${error.toString(16).toUpperCase().padStart(4, '0')}`;
}
