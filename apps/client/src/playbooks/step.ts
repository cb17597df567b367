import { type Report } from '@fleetmend/client-protocol';
import { type PlaybookAction, type PlaybookSection, type UndoKind } from '@fleetmend/domain';
import { type Clock } from '../clock';
import { type PastObservation } from '../detection/detection-store';
import { type Log } from '../log';
import { type ServerTime } from '../time/server-time';
import { type TimeServers } from '../time/time-servers';
import { type Windows } from '../windows/windows';
import {
  type Details,
  type RegistryChange,
  type RunVerdict,
  type StartTypeChange,
  type StepNote,
} from './journal-entry';
import { type RunDefinition, type RunOrigin } from './run-definition';
import { type RunFacts } from './run-facts';

/** Puts back what an earlier run renamed. Not a part of any playbook: every undo run has it. */
export interface PutBackAction {
  readonly action: 'put-back';
  /** In the order in which they were made. */
  readonly renames: readonly { readonly from: string; readonly to: string }[];
}

/** Puts registry values back as they were before an earlier run. */
export interface PutRegistryBackAction {
  readonly action: 'put-registry-back';
  readonly changes: readonly RegistryChange[];
}

/** Puts start types back as they were before an earlier run. */
export interface PutStartTypesBackAction {
  readonly action: 'put-start-types-back';
  readonly changes: readonly StartTypeChange[];
}

/** Stops services that an earlier run has started. */
export interface StopStartedAction {
  readonly action: 'stop-started';
  readonly services: readonly string[];
}

/** Sets the clock back by as much as an earlier run has set it. */
export interface ShiftClockBackAction {
  readonly action: 'shift-clock-back';
  readonly undone: RunFacts;
}

export type StepAction =
  | PlaybookAction
  | PutBackAction
  | PutRegistryBackAction
  | PutStartTypesBackAction
  | StopStartedAction
  | ShiftClockBackAction;

/** A step of a run: what it does, and what takes it back. */
export type RunStep = StepAction & {
  readonly id: string;
  readonly section: PlaybookSection;
  readonly title: string;
  readonly undo?: UndoKind | undefined;
  /** A step of an undo run: the server is told of it as such. */
  readonly takesBack?: boolean | undefined;
};

/** How a step ended. `refused` only in preflight: the run must not go on, and nothing was changed. */
export interface StepOutcome {
  readonly state: 'done' | 'skipped' | 'refused' | 'failed';
  /** In words, for people. */
  readonly message: string;
  /** Win32 error, when there was one. */
  readonly errorCode?: number | undefined;
  readonly details?: Details | undefined;
  /** What later steps and the undo need to know. */
  readonly note?: StepNote | undefined;
  /** Written in one transaction with the result. */
  readonly reports?: readonly Report[] | undefined;
  /** Verification: what the step proves. */
  readonly verdict?: RunVerdict | undefined;
}

/** What steps read of detection. */
export interface Observations {
  poll(): Promise<void>;
  observedSince(since: Date): readonly PastObservation[];
  /** Whether the failure was seen, and nothing since that closes it. */
  isOpen(failure: NonNullable<RunDefinition['failure']>): boolean;
}

/** What steps read of earlier runs. */
export interface PastRuns {
  renamedFolders(): readonly { readonly to: string; readonly runId: string }[];
  find(
    runId: string,
  ): { readonly definition: RunDefinition; readonly verdict: string | undefined } | undefined;
}

/** Everything that a step may use. */
export interface StepContext {
  readonly windows: Windows;
  readonly clock: Clock;
  readonly log: Log;
  readonly observations: Observations;
  readonly serverTime: ServerTime;
  readonly timeServers: TimeServers;
  readonly pastRuns: PastRuns;
  readonly reportingEventsPath: string;
  readonly definition: RunDefinition;
  readonly stepId: string;
  readonly origin: RunOrigin;
  readonly facts: RunFacts;
  /** When the step was begun first, before any restart. */
  readonly begunAt: Date;
  /** Aborts when the client is asked to end. Only steps that wait without having changed anything heed it. */
  readonly ending: AbortSignal;
  /** Puts something down in the journal before it is done. */
  note(note: StepNote): Promise<void>;
}

/** One executor per action. */
export interface StepExecutor<A extends StepAction> {
  /** Does it. Running it again after it was done already does no harm. May throw: that is a failure. */
  execute(step: A, context: StepContext): Promise<StepOutcome>;
  /** Dry run: says what it would do, and changes nothing. */
  describe(step: A, context: StepContext): Promise<string>;
}

/** The client was asked to end in the middle of a step that can be begun again. */
export class Interrupted extends Error {
  constructor() {
    super('The client was asked to end.');
    this.name = 'Interrupted';
  }
}

/** Fills in the one placeholder that playbooks know. */
export function windowsPath(path: string, context: Pick<StepContext, 'windows'>): string {
  return path.replace('${windir}', () => context.windows.machine.windowsDirectory);
}
