import { type MachineAction } from '@fleetmend/domain';
import { reasonOf } from '../../log';
import { wasRight } from '../clock-reading';
import { ran, startService } from '../service-control';
import { putStartTypesBack, setStartType, standingStartTypeChanges } from '../start-type-changes';
import { standingStarts, stopStarted } from '../started-services';
import { type StepExecutor, type StepOutcome } from '../step';

type Action<Name> = Extract<MachineAction, { action: Name }>;

const SERVICE = 'w32time';
const MISSING =
  'This Windows has no time service: w32time is not registered ("w32tm /register" does that).';
const RIGHT: StepOutcome = { state: 'skipped', message: 'The clock is right: it is not needed.' };

/** A disabled one is made startable, until the clock is set. */
export const enableTimeService: StepExecutor<Action<'enable-time-service'>> = {
  async execute(_, context) {
    if (wasRight(context)) return RIGHT;
    const status = await context.windows.services.query(SERVICE);
    if (!status) return { state: 'skipped', message: MISSING };
    if (status.startType === 'disabled') await setStartType(SERVICE, 'manual', context);
    const changed = context.facts.startTypeChanges(context.stepId).length > 0;
    return {
      state: 'done',
      message: changed
        ? 'It was disabled, and is manual until the clock is set.'
        : `It is ${status.startType}.`,
    };
  },
  async describe(_, context) {
    const status = await context.windows.services.query(SERVICE);
    if (!status) return MISSING;
    return status.startType === 'disabled'
      ? 'It is disabled: would make it manual until the clock is set.'
      : `It is ${status.startType}: would leave it so.`;
  },
};

/** A service that does not start is no end: the clock may be set otherwise, and verification is honest. */
export const startTimeService: StepExecutor<Action<'start-time-service'>> = {
  async execute({ timeoutSeconds }, context) {
    if (wasRight(context)) return RIGHT;
    const status = await context.windows.services.query(SERVICE);
    if (!status) return { state: 'skipped', message: MISSING };
    const isOurs = context.facts.startedServices(context.stepId).length > 0;
    if (ran(status) && !isOurs) return { state: 'done', message: 'It runs.' };
    if (!isOurs) await context.note({ started: { name: SERVICE, keep: false } });
    try {
      await startService(SERVICE, timeoutSeconds * 1000, context);
    } catch (error) {
      return { state: 'skipped', message: `It does not start: ${reasonOf(error)}` };
    }
    return { state: 'done', message: 'It is started, until the clock is set.' };
  },
  async describe(_, context) {
    const status = await context.windows.services.query(SERVICE);
    if (!status) return MISSING;
    return ran(status) ? 'It runs.' : 'Would start it until the clock is set.';
  },
};

/** Stops it if the run has started it, and gives it its start type back. */
export const releaseTimeService: StepExecutor<Action<'release-time-service'>> = {
  async execute({ timeoutSeconds }, context) {
    const names = context.facts.startedServices().map(({ name }) => name);
    const standing = await standingStarts(names, context.facts, context);
    const stopped = await stopStarted(standing, timeoutSeconds * 1000, context);
    const changes = await standingStartTypeChanges(context.facts.startTypeChanges(), context);
    const restored = await putStartTypesBack(changes, context);
    const words = [stopped, restored].flatMap(({ state, message }) =>
      state === 'skipped' ? [] : [message],
    );
    return { state: 'done', message: words.join(' ') || 'It stands as before.' };
  },
  describe: () => Promise.resolve('Would leave it as it was before.'),
};
