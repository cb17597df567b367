import { findPlaybook } from '@fleetmend/domain';
import { type JournalledRun } from './journal';
import { type RunVerdict } from './journal-entry';
import { renameStands } from './renames';
import { hasRestartedSince } from './restarts';
import { type Result, type RunFacts } from './run-facts';
import { faultsOf } from './run-definition';
import { planOf, strandedSteps } from './run-plan';
import { type ExecutorParts, RunSession } from './run-session';
import { Interrupted, type RunStep, type StepOutcome } from './step';
import { describeStep, executeStep } from './steps';
import { takeRunBack } from './taking-back';

/** Where a call of {@link Executor.drive} left the run. */
export type DriveResult = 'ended' | 'interrupted' | 'waits-for-restart';

/** How a step ended, now or in an earlier life. */
type EndedStep = Pick<Result, 'state' | 'refused' | 'message' | 'errorCode'>;

/** A run that was begun this often without an end takes back what it did. */
const MAXIMUM_RESUMES = 5;

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
    const drive = new Drive(new RunSession(run, facts, this.parts, this.endRequest.signal));
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
  private readonly run: JournalledRun;
  private readonly facts: RunFacts;
  private readonly parts: ExecutorParts;

  constructor(private readonly session: RunSession) {
    ({ run: this.run, facts: this.facts, parts: this.parts } = session);
  }

  async go(): Promise<DriveResult> {
    const undone = this.run.definition.undoes;
    const steps = planOf(
      this.run.definition,
      undone === undefined ? undefined : this.parts.journal.facts(undone),
    );
    if (!steps) return this.strand();
    if (this.run.definition.mode === 'dry-run') return this.dryRun(steps);
    const undoing = this.facts.undoing();
    if (undoing) return this.end(await takeRunBack(this.session, steps, undoing.because));
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
      // A result may be the last thing that an earlier life has written: what follows from it comes now.
      const earlier = this.facts.result(step.id);
      const end = earlier && this.endAfter(steps, step, earlier);
      if (end) return end;
      if (earlier) continue;
      if (this.session.ending.aborted && step.section !== 'acting') return 'interrupted';
      if (step.section === 'verifying' || step.action === 'trigger-scan') {
        if (!(await this.hasRestarted())) return this.waitForRestart();
        const failure = await this.notRenamedAtRestart();
        if (failure) return this.end(failure);
      }
      await this.enter(step.action === 'await-restart' ? 'rebooting' : step.section);
      const { state, ...result } = await this.perform(step);
      const refused = state === 'refused';
      const over = this.endAfter(steps, step, {
        ...result,
        state: refused ? 'failed' : state,
        refused,
      });
      if (over) return over;
    }
    return this.end(this.conclusion(steps));
  }

  /** Ends the run after a step that refused, or that failed before verification; undefined when it goes on. */
  private endAfter(
    steps: readonly RunStep[],
    step: RunStep,
    { state, refused, message, errorCode }: EndedStep,
  ): Promise<DriveResult> | undefined {
    if (refused === true) return this.end({ verdict: 'skipped', stepId: step.id, message });
    if (state !== 'failed' || step.section === 'verifying') return undefined;
    return this.fail(steps, step, { message, errorCode });
  }

  private async perform(step: RunStep): Promise<StepOutcome> {
    if (!this.facts.begunAt(step.id))
      await this.session.write({ kind: 'intent', stepId: step.id }, step);
    const outcome = await this.session.attempt(() => executeStep(step, this.session.context(step)));
    const { state, message, errorCode, details, note, verdict } = outcome;
    await this.session.write(
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

  private fail(
    steps: readonly RunStep[],
    step: RunStep,
    outcome: Pick<StepOutcome, 'message' | 'errorCode'>,
  ): Promise<DriveResult> {
    const because: RunVerdict = {
      verdict: 'step-failed',
      level: 'L0',
      stepId: step.id,
      code: hresultText(outcome.errorCode),
      message: `"${step.title}" failed: ${outcome.message}`,
    };
    return this.hasActed(steps) ? this.beginTakingBack(steps, because) : this.end(because);
  }

  /** Nobody here knows how to go on; but services don't stay stopped, and folders not renamed, because of that. */
  private async strand(): Promise<DriveResult> {
    const steps = strandedSteps(this.facts);
    const because = this.unknownPlaybook();
    if (steps.length === 0) return this.end({ ...because, verdict: 'skipped' });
    const undoing = this.facts.undoing();
    if (undoing) return this.end(await takeRunBack(this.session, steps, undoing.because));
    return this.beginTakingBack(steps, because);
  }

  private async beginTakingBack(
    steps: readonly RunStep[],
    because: RunVerdict,
  ): Promise<DriveResult> {
    await this.session.write({ kind: 'undo', because });
    return this.end(await takeRunBack(this.session, steps, because));
  }

  private async dryRun(steps: readonly RunStep[]): Promise<DriveResult> {
    await this.enter('preflight');
    for (const step of steps) {
      if (this.facts.result(step.id)) continue;
      if (this.session.ending.aborted) return 'interrupted';
      if (!this.facts.begunAt(step.id))
        await this.session.write({ kind: 'intent', stepId: step.id }, step);
      const outcome = await this.session.attempt(() => this.describe(step));
      await this.session.write(
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
    const context = this.session.context(step);
    const message = await describeStep(step, context);
    if (step.action !== 'save-service-states') return { state: 'skipped', message };
    return { ...(await executeStep(step, context)), message };
  }

  /** What the run amounts to when all its steps are behind it. */
  private conclusion(steps: readonly RunStep[]): RunVerdict {
    if (this.run.definition.mode === 'undo') {
      return { verdict: 'undone', message: 'What the run had changed was taken back.' };
    }
    const proposals = steps.flatMap((step) => this.facts.result(step.id)?.verdict ?? []);
    return (
      verdictOf(proposals, this.run.definition.failure !== undefined) ?? {
        ...{ verdict: 'unverified', level: 'L0', message: 'The steps ran; nothing is proven.' },
      }
    );
  }

  private async waitForRestart(): Promise<DriveResult> {
    if (this.facts.state() !== 'rebooting')
      await this.session.write({ kind: 'state', state: 'rebooting' });
    return 'waits-for-restart';
  }

  private async notRenamedAtRestart(): Promise<RunVerdict | undefined> {
    for (const planned of this.facts.renamesAtRestart()) {
      if (await renameStands({ ...planned, kind: 'away' }, this.parts)) continue;
      const message = `Windows restarted, but did not rename "${planned.from}".`;
      return { verdict: 'step-failed', level: 'L0', message };
    }
    return undefined;
  }

  /** True when nothing waits for a restart, too. */
  private async hasRestarted(): Promise<boolean> {
    for (const planned of this.facts.renamesAtRestart()) {
      if (!(await hasRestartedSince(planned, planned.at, this.parts))) return false;
    }
    return true;
  }

  private hasActed(steps: readonly RunStep[]): boolean {
    return steps.some((step) => step.section === 'acting' && this.facts.begunAt(step.id));
  }

  private async enter(section: RunStep['section'] | 'rebooting'): Promise<void> {
    if (this.facts.state() !== section) await this.session.write({ kind: 'state', state: section });
  }

  private async end(verdict: RunVerdict): Promise<DriveResult> {
    await this.session.write({ kind: 'verdict', verdict });
    this.parts.log.info('The run ended.', { runId: this.run.definition.runId, verdict });
    return 'ended';
  }

  private unknownPlaybook(): RunVerdict {
    const { playbook, playbookVersion } = this.run.definition;
    const known = findPlaybook(playbook)?.version ?? 'none';
    const faults = faultsOf(this.run.definition).join(' ');
    return {
      verdict: 'inconsistent',
      message: `This client has version ${known} of "${playbook}", the run was begun with version ${playbookVersion}. ${faults}`,
    };
  }
}

/** A Win32 error as HRESULT, or an HRESULT as it is: the spelling of reports. */
function hresultText(error: number | undefined): string | undefined {
  if (error === undefined || error <= 0 || error > 0xffffffff) return undefined;
  const hresult = error > 0xffff ? error : 0x80070000 + error;
  return `0x${hresult.toString(16).toUpperCase().padStart(8, '0')}`;
}

const ERRORS: readonly string[] = ['same-error', 'new-error'];

/**
 * Which of the verdicts that steps propose counts: services that don't stand as before, then what proves or refutes the
 * failure, then a step that found its work undone. Without a failure to mend, what the playbook is for says more than a scan.
 */
function verdictOf(
  proposals: readonly RunVerdict[],
  mendsFailure: boolean,
): RunVerdict | undefined {
  const first = (verdict: RunVerdict['verdict']) =>
    proposals.find((one) => one.verdict === verdict);
  const last = proposals.at(-1);
  const isDecided = last !== undefined && ['fixed', ...ERRORS].includes(last.verdict);
  return (
    first('inconsistent') ??
    (isDecided ? last : undefined) ??
    first('step-failed') ??
    (mendsFailure ? undefined : first('done')) ??
    last
  );
}
