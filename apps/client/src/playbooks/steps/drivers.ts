import { type RepairAction } from '@fleetmend/domain';
import { type DriverInstallation, type DriverUpdate } from '../../windows/driver-updates';
import { Unavailable } from '../../windows/windows';
import { Patience } from '../patience';
import { Interrupted, type StepContext, type StepExecutor, type StepOutcome } from '../step';

type Action<Name extends RepairAction['action']> = Extract<RepairAction, { action: Name }>;

const POLICY = 'SOFTWARE\\Policies\\Microsoft\\Windows\\WindowsUpdate';
const SEARCHING = 'SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\DriverSearching';
const BUSY_LOOK_MS = 10_000;
const INSTALL_LOOK_MS = 60_000;
const TOLD = 10;

/** Drivers that a policy excludes are left alone: policies are not "repaired", nor gone around. */
export const checkDriverPolicy: StepExecutor<Action<'check-driver-policy'>> = {
  execute: (_, context) => check(context),
  describe: async (_, context) => (await check(context)).message,
};

async function check({ windows: { registry } }: StepContext): Promise<StepOutcome> {
  const refused = (policy: string): StepOutcome => ({
    state: 'refused',
    message: `The policy ${policy} keeps Windows Update from offering drivers to this machine.`,
    details: { policy },
  });
  if ((await registry.read(POLICY, 'DisableWindowsUpdateAccess')) === 1)
    return refused('DisableWindowsUpdateAccess');
  if ((await registry.read(POLICY, 'ExcludeWUDriversInQualityUpdate')) === 1)
    return refused('ExcludeWUDriversInQualityUpdate');
  if ((await registry.read(SEARCHING, 'SearchOrderConfig')) === 0)
    return refused('SearchOrderConfig (device installation settings)');
  return { state: 'done', message: 'No policy excludes drivers.' };
}

/**
 * Searches, notes what is chosen, and installs it. Windows goes on with an installation when the client dies: then it is
 * waited for, and what is still offered afterwards is installed.
 */
export const installDrivers: StepExecutor<Action<'install-drivers'>> = {
  async execute({ timeoutSeconds }, context) {
    const patience = new Patience(timeoutSeconds * 1000);
    await untilInstallerRests(patience, context);
    const chosen = await choose(context);
    const earlier = context.facts.chosenDrivers(context.stepId);
    if (chosen.length === 0) {
      return earlier.length > 0
        ? { state: 'done', message: 'The drivers were installed before the client was cut off.' }
        : {
            state: 'done',
            message: 'Windows Update offers no driver for this machine.',
            details: { offered: 0 },
          };
    }
    await context.note({ drivers: chosen.map(({ id, title }) => ({ id, title })) });
    const ids = chosen.map(({ id }) => id);
    const installing = context.windows.driverUpdates.install(ids, optionsOf(context));
    return outcomeOf(chosen, await within(installing, patience, context));
  },
  async describe(_, context) {
    const chosen = await choose(context);
    return chosen.length === 0
      ? 'Windows Update offers no driver for this machine: would install nothing.'
      : `Would install: ${titles(chosen)}.`;
  },
};

/** What is installed is not offered any more. */
export const verifyDrivers: StepExecutor<Action<'verify-drivers'>> = {
  async execute(_, context) {
    const chosen = context.facts.chosenDrivers();
    if (chosen.length === 0) {
      const message = 'There was no driver to install.';
      return { state: 'done', message, verdict: { verdict: 'done', level: 'L0', message } };
    }
    if (context.facts.result('install-drivers')?.details?.['restartRequired'] === true) {
      const message = 'The drivers are in place when the machine has restarted.';
      return {
        state: 'skipped',
        message,
        verdict: { verdict: 'unverified', level: 'L0', message },
      };
    }
    const offered = await context.windows.driverUpdates.search(optionsOf(context));
    const left = chosen.filter(({ id }) => offered.some((one) => one.id === id));
    if (left.length === 0) {
      const message = `Windows Update no longer offers them, so they are installed: ${titles(chosen)}.`;
      return { state: 'done', message, verdict: { verdict: 'done', level: 'L0', message } };
    }
    const message = `Windows Update still offers: ${titles(left)}.`;
    return {
      state: 'failed',
      message,
      details: { left: left.length },
      verdict: { verdict: 'step-failed', level: 'L0', stepId: 'install-drivers', message },
    };
  },
  describe: () => Promise.resolve('Would search again, and see whether the drivers are installed.'),
};

function optionsOf({ definition }: StepContext): { readonly optional: boolean } {
  return { optional: definition.parameters['includeOptional'] === true };
}

async function choose(context: StepContext): Promise<readonly DriverUpdate[]> {
  const offered = await context.windows.driverUpdates.search(optionsOf(context));
  const problemsOnly = context.definition.parameters['onlyProblemDevices'] === true;
  return offered.filter(
    ({ needsInput, problem }) => !needsInput && (!problemsOnly || problem !== 0),
  );
}

function outcomeOf(
  chosen: readonly DriverUpdate[],
  { results, restartRequired }: DriverInstallation,
): StepOutcome {
  const failed = results.filter(({ installed }) => !installed);
  const installed = results.length - failed.length;
  const titleOf = (id: string) => chosen.find((one) => one.id === id)?.title ?? id;
  const details = { offered: chosen.length, installed, failed: failed.length, restartRequired };
  const failures = failed
    .slice(0, TOLD)
    .map(({ id, hresult }) => `"${titleOf(id)}" failed with ${hex(hresult)}`);
  if (installed === 0 && failed.length > 0) {
    return {
      state: 'failed',
      message: failures.join('; '),
      errorCode: failed[0]?.hresult,
      details,
    };
  }
  return {
    state: 'done',
    message: [
      `Installed ${installed} of ${chosen.length}: ${titles(chosen)}.`,
      ...(failures.length > 0 ? [`${failures.join('; ')}.`] : []),
      ...(restartRequired ? ['A restart is needed to finish.'] : []),
    ].join(' '),
    details,
  };
}

function titles(drivers: readonly { readonly title: string }[]): string {
  const more = drivers.length - TOLD;
  const named = drivers.slice(0, TOLD).map(({ title }) => `"${title}"`);
  return `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function hex(code: number): string {
  return `0x${code.toString(16).toUpperCase().padStart(8, '0')}`;
}

async function untilInstallerRests(patience: Patience, context: StepContext): Promise<void> {
  while (await isBusy(context.windows)) {
    if (patience.isOver) throw new Error('Windows goes on installing something else.');
    await patience.waitInterruptibly(BUSY_LOOK_MS, context);
  }
}

async function isBusy({ updateAgent }: StepContext['windows']): Promise<boolean> {
  try {
    return await updateAgent.installerBusy();
  } catch (error) {
    if (error instanceof Unavailable) return false;
    throw error;
  }
}

/** The call itself can't be ended. What it does after that is seen at the next start, or by nobody. */
async function within<T>(
  call: Promise<T>,
  patience: Patience,
  { clock, ending }: StepContext,
): Promise<T> {
  const over = new AbortController();
  const ended = call.finally(() => {
    over.abort();
  });
  ended.catch(() => undefined);
  const wake = AbortSignal.any([over.signal, ending]);
  const isRunning = () => !over.signal.aborted;
  while (isRunning()) {
    if (ending.aborted) throw new Interrupted();
    if (patience.isOver) {
      throw new Error('Windows did not finish installing the drivers in time. It may still do so.');
    }
    await patience.wait(INSTALL_LOOK_MS, clock, wake);
  }
  return ended;
}
