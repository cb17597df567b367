import { type MachineAction } from '@fleetmend/domain';
import { reasonOf } from '../../log';
import { Patience } from '../patience';
import { ran, startService } from '../service-control';
import { setStartType } from '../start-type-changes';
import { stopUnlessNeeded } from '../started-services';
import { type StepContext, type StepExecutor } from '../step';
import { defaultStartType } from '../update-service-defaults';
import { windowsBuild } from '../windows-build';

type Action<Name> = Extract<MachineAction, { action: Name }>;

const WINDOWS_UPDATE = 'wuauserv';
const SETTLE_POLL_MS = 1_000;
const START_TIMEOUT_MS = 30_000;

/** Gives disabled services the start type of a fresh Windows. All others stay as somebody has set them. */
export const repairStartTypes: StepExecutor<Action<'repair-start-types'>> = {
  async execute({ services }, context) {
    for (const { name, after } of await toRepair(services, context)) {
      await setStartType(name, after, context);
    }
    const changed = context.facts.startTypeChanges(context.stepId);
    const words = changed.map(({ name, before, after }) => `${name} was ${before}, now ${after}`);
    return {
      state: 'done',
      message: words.length === 0 ? 'None was disabled.' : `${words.join('; ')}.`,
      details: { repaired: changed.map(({ name }) => name).join(', ') },
    };
  },
  async describe({ services }, context) {
    const repairs = await toRepair(services, context);
    return repairs.length === 0
      ? 'None is disabled: would change nothing.'
      : `Would make ${repairs.map(({ name, after }) => `${name} ${after}`).join(', ')}.`;
  },
};

async function toRepair(services: readonly string[], context: StepContext) {
  const build = await windowsBuild(context);
  const repairs = [];
  for (const name of services) {
    const status = await context.windows.services.query(name);
    const after = defaultStartType(name, build);
    if (status?.startType === 'disabled' && after) repairs.push({ name, after });
  }
  return repairs;
}

/** Services that can't be started don't keep the others from it; verification says which they are. */
export const startUpdateServices: StepExecutor<Action<'start-update-services'>> = {
  async execute({ services, timeoutSeconds }, context) {
    const done: Record<'started' | 'tried' | 'ran', string[]> = { started: [], tried: [], ran: [] };
    const failed: { name: string; reason: string }[] = [];
    for (const name of services) {
      try {
        const how = await startOne(name, timeoutSeconds * 1000, context);
        if (how) done[how].push(name);
      } catch (error) {
        failed.push({ name, reason: reasonOf(error) });
      }
    }
    const words = [
      ...(done.started.length > 0 ? [`Started: ${done.started.join(', ')}.`] : []),
      ...(done.tried.length > 0 ? [`Tried, and they start: ${done.tried.join(', ')}.`] : []),
      ...(done.ran.length > 0 ? [`Ran already: ${done.ran.join(', ')}.`] : []),
      ...failed.map(({ name, reason }) => `"${name}" could not be started: ${reason}`),
    ];
    return {
      state: 'done',
      message: words.join(' ') || 'None of the services is on this Windows.',
      details: { failed: failed.map(({ name }) => name).join(', ') },
    };
  },
  async describe({ services }, context) {
    const names: Record<'start' | 'try', string[]> = { start: [], try: [] };
    const build = await windowsBuild(context);
    for (const name of services) {
      const status = await context.windows.services.query(name);
      if (!status || ran(status)) continue;
      const startType =
        status.startType === 'disabled' ? defaultStartType(name, build) : status.startType;
      names[startType === 'automatic' ? 'start' : 'try'].push(name);
    }
    return [
      names.start.length > 0 ? `Would start ${names.start.join(', ')}.` : 'Would start nothing.',
      ...(names.try.length > 0
        ? [`Would see whether these start, and stop them again: ${names.try.join(', ')}.`]
        : []),
    ].join(' ');
  },
};

/** Undefined: there is no such service. */
async function startOne(
  name: string,
  timeoutMs: number,
  context: StepContext,
): Promise<'started' | 'tried' | 'ran' | undefined> {
  const status = await context.windows.services.query(name);
  if (!status) return undefined;
  const keep = status.startType === 'automatic';
  const isOurs = context.facts.startedServices(context.stepId).some((one) => one.name === name);
  if (ran(status) && !isOurs) return 'ran';
  if (!isOurs) await context.note({ started: { name, keep } });
  await startService(name, timeoutMs, context);
  if (keep) return 'started';
  try {
    await stopUnlessNeeded(name, timeoutMs, context);
  } catch (error) {
    // It has found something to do. It is there on demand, and goes to rest by itself.
    context.log.info('A service that was tried goes on.', { name, error });
  }
  return 'tried';
}

/** Looks, after a while, whether the services stand as they should: something may disable them again at once. */
export const verifyUpdateServices: StepExecutor<Action<'verify-update-services'>> = {
  async execute({ services, settleSeconds }, context) {
    const patience = Patience.ofStep(settleSeconds * 1000, context);
    while (!patience.isOver) await patience.waitInterruptibly(SETTLE_POLL_MS, context);
    const faults = await faultsOf(services, context);
    if (faults.length > 0) {
      const message = faults.join(' ');
      return {
        state: 'failed',
        message,
        verdict: { verdict: 'step-failed', level: 'L0', stepId: context.stepId, message },
      };
    }
    const message = `After ${settleSeconds} seconds the update services stand as they should, and Windows Update starts.`;
    return { state: 'done', message, verdict: { verdict: 'done', level: 'L0', message } };
  },
  describe: ({ settleSeconds }) =>
    Promise.resolve(
      `Would look after ${settleSeconds} seconds whether the services still stand as they should.`,
    ),
};

async function faultsOf(services: readonly string[], context: StepContext): Promise<string[]> {
  const changes = context.facts.startTypeChanges();
  const unstartable = startFailures(context);
  const faults: string[] = [];
  for (const name of services) {
    const now = await context.windows.services.query(name);
    const wanted = changes.find((one) => one.name === name)?.after;
    if (!now) {
      if (name === WINDOWS_UPDATE) faults.push('This Windows has no Windows Update service.');
    } else if (wanted && now.startType !== wanted) {
      faults.push(
        `Something made "${name}" ${now.startType} again: a policy, or a program that keeps Windows from updating.`,
      );
    } else if (now.startType === 'disabled') {
      faults.push(`"${name}" is disabled.`);
    } else if (unstartable.includes(name) || (now.startType === 'automatic' && !ran(now))) {
      if (!(await startsNow(name, context))) faults.push(`"${name}" does not start.`);
    }
  }
  return faults;
}

function startFailures({ facts }: StepContext): readonly string[] {
  const failed = facts.result('start-services')?.details?.['failed'];
  return typeof failed === 'string' && failed !== '' ? failed.split(', ') : [];
}

async function startsNow(name: string, context: StepContext): Promise<boolean> {
  try {
    await startService(name, START_TIMEOUT_MS, context);
    return true;
  } catch (error) {
    context.log.warn('A service that should start does not.', { name, error });
    return false;
  }
}
