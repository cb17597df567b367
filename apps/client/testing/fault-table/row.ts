import { type PlaybookName, type PlaybookParameters, type Verdict } from '@fleetmend/domain';
import { type RunDefinition } from '../../src/playbooks/run-definition';
import { type Bench } from '../bench';

/** What playbooks may change on a machine, to be compared. */
export interface MachineState {
  readonly services: Readonly<Record<string, string>>;
  readonly startTypes: Readonly<Record<string, string>>;
  readonly registry: unknown;
}

/** How a run ended, for the truths of its row. */
export interface EndOfRun {
  readonly bench: Bench;
  readonly verdict: Verdict;
  readonly before: MachineState;
  readonly after: MachineState;
}

/** One playbook in the fault table: every fault of the table happens to it, at every place. */
export interface FaultRow {
  readonly playbook: PlaybookName;
  /** Instead of the defaults. */
  readonly parameters?: PlaybookParameters;
  readonly failure?: RunDefinition['failure'];
  /** Makes the machine one on which the playbook has something to do. */
  readonly prepare?: (bench: Bench) => void;
  /** Lets a step fail after something was changed, so that the run takes back what it did. */
  readonly spoil?: (bench: Bench) => void;
  /** Gets in the way for a while: the longer, the greater `howLong` (0 to 12) is. */
  readonly disturb?: (bench: Bench, howLong: number) => void;
  /** Verdicts of runs that did what they are for; after all others {@link FaultRow.takenBack} must hold. */
  readonly succeeds: readonly Verdict[];
  /** Whoever sets the clock in the middle may keep the run from its success. */
  readonly dependsOnClock?: boolean;
  /** What must be so after a success, beside the general truths of the table. */
  readonly done: (end: EndOfRun) => void;
  /** What must be so when the run ended otherwise; nothing given: {@link expectAsBefore}. */
  readonly takenBack?: (end: EndOfRun) => void;
}

/** Start types and registry are as before, and so are services; after a restart Windows itself decides which run. */
export function expectAsBefore({ bench, before, after }: EndOfRun): void {
  if (bench.windows.restarts === 0) {
    expect(after).toEqual(before);
    return;
  }
  expect({ ...after, services: undefined }).toEqual({ ...before, services: undefined });
  const automatic = Object.entries(after.startTypes).flatMap(([name, startType]) =>
    startType === 'automatic' && before.services[name] === 'running' ? [[name, 'running']] : [],
  );
  expect(after.services).toMatchObject(Object.fromEntries(automatic));
}

/** What playbooks may change, as it is now. */
export function machineState({ windows }: Bench): MachineState {
  return {
    services: windows.services.states(),
    startTypes: windows.services.startTypes(),
    registry: structuredClone(Object.fromEntries(windows.registryValues)),
  };
}
