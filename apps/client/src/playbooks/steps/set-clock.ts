import { type MachineAction } from '@fleetmend/domain';
import { CLIENT_BUILT_AT } from '../../built-at';
import { offsetWords, timeSource, toleranceMs } from '../clock-reading';
import { shiftClock } from '../clock-shifts';
import { type StepContext, type StepExecutor, type StepOutcome } from '../step';

type Action = Extract<MachineAction, { action: 'set-clock-from-server' }>;

/** No client is used for so long; whoever says a later time is wrong, or means harm. */
const LATEST_YEARS = 5;

/** Sets the clock directly, where Windows does not correct it. A server in the wrong hands gets it nowhere far. */
export const setClockFromServer: StepExecutor<Action> = {
  async execute(_, context) {
    const plan = await planOf(context);
    if (plan.outcome) return plan.outcome;
    await shiftClock(plan.shiftMs, context);
    const after = context.serverTime.offsetMs();
    return {
      state: 'done',
      message: `The clock was ${offsetWords(plan.shiftMs)} and is set${after === undefined ? '' : `: it is now ${offsetWords(after)}`}.`,
      details: { shiftMs: Math.round(plan.shiftMs) },
    };
  },
  async describe(_, context) {
    const plan = await planOf(context);
    if (plan.outcome) return plan.outcome.message;
    const target = new Date(context.clock.now().getTime() + plan.shiftMs);
    return `The clock is ${offsetWords(plan.shiftMs)}: would set it to ${target.toISOString()} when Windows does not.`;
  },
};

type Plan =
  | { readonly outcome: StepOutcome; readonly shiftMs?: undefined }
  | { readonly outcome?: undefined; readonly shiftMs: number };

async function planOf(context: StepContext): Promise<Plan> {
  const instead = (state: StepOutcome['state'], message: string): Plan => ({
    outcome: { state, message },
  });
  const offset = context.serverTime.offsetMs();
  if (offset === undefined) return instead('skipped', "This server's time is not known here.");
  if (Math.abs(offset) <= toleranceMs(context)) {
    return instead('skipped', `The clock is right: ${offsetWords(offset)}.`);
  }
  if ((await timeSource(context)).type === 'NT5DS') {
    return instead(
      'skipped',
      'The machine takes its time from its domain, which is not overruled: look at the domain controllers.',
    );
  }
  if (!context.serverTime.isAuthenticated) {
    return instead(
      'failed',
      'The connection to the server is plain HTTP: anybody in the network could have said that time, and a wrong one makes certificates of the past valid again.',
    );
  }
  const target = new Date(context.clock.now().getTime() + offset);
  const latest = new Date(CLIENT_BUILT_AT);
  latest.setUTCFullYear(latest.getUTCFullYear() + LATEST_YEARS);
  if (target < CLIENT_BUILT_AT || target > latest) {
    const [from, to] = [CLIENT_BUILT_AT, latest].map((one) => one.toISOString().slice(0, 10));
    return instead(
      'failed',
      `The server says ${target.toISOString()}. This client is of ${from}, and believes nothing before that nor after ${to}.`,
    );
  }
  return { shiftMs: offset };
}
