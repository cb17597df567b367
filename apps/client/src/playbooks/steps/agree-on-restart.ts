import { type MachineAction } from '@fleetmend/domain';
import { reasonOf } from '../../log';
import { type SignedIn } from '../../windows/sessions';
import { Unavailable } from '../../windows/windows';
import { Patience } from '../patience';
import { restartNotice, restartQuestion } from '../restart-words';
import { Interrupted, type StepContext, type StepExecutor, type StepOutcome } from '../step';
import { hasRestarted, isInstalling, isWindowOpen } from './restart';

type Action = Extract<MachineAction, { action: 'agree-on-restart' }>;

const POLL_MS = 15_000;
const MINUTE_MS = 60_000;

/**
 * Waits until the window is open, nothing is being installed, and whoever is signed in has agreed, has not answered, or
 * has no deferral left. Nothing is changed by that: when the time is over, the run ends as if it had never begun.
 */
export const agreeOnRestart: StepExecutor<Action> = {
  async execute(_, context) {
    const patience = Patience.ofStep(numberOf('giveUpHours', context) * 60 * MINUTE_MS, context);
    let waitsFor = 'the maintenance window';
    while (!patience.isOver) {
      if (await hasRestarted(context)) return done('Windows has restarted meanwhile.');
      if (!isWindowOpen(context)) waitsFor = 'the maintenance window';
      else if (await isInstalling(context)) waitsFor = 'the end of an installation';
      else {
        const consent = await consentOf(patience, context);
        // The answer took its time.
        if (consent !== undefined && isWindowOpen(context)) return done(consent);
        waitsFor = consent === undefined ? 'the people at the machine' : 'the maintenance window';
      }
      await patience.waitInterruptibly(POLL_MS, context);
    }
    const hours = numberOf('giveUpHours', context);
    return {
      state: 'refused',
      message: `After ${hours} hours the run still waits for ${waitsFor}, and gives up. Nothing was done.`,
    };
  },
  async describe(_, context) {
    const people = await peopleAt(context);
    const who =
      people === undefined
        ? 'Who is signed in can not be told: would wait as long as for somebody who does not answer.'
        : people.length === 0
          ? 'Nobody is signed in: would ask nobody.'
          : `Would ask ${people.length} signed-in ${people.length === 1 ? 'person' : 'people'}, who may put it off ${numberOf('deferrals', context)} times.`;
    return `The maintenance window is ${isWindowOpen(context) ? 'open' : 'closed'} now. ${who}`;
  },
};

/** Why it may be now; undefined while it may not. */
async function consentOf(patience: Patience, context: StepContext): Promise<string | undefined> {
  const people = await peopleAt(context);
  if (people?.length === 0) return 'Nobody is signed in.';
  const deferrals = context.facts.deferrals();
  const uptime = context.windows.machine.uptimeMilliseconds();
  const since = uptime - (deferrals.at(-1)?.uptimeMs ?? Number.NEGATIVE_INFINITY);
  if (since < numberOf('deferralMinutes', context) * MINUTE_MS) return undefined;
  const [first, ...others] = people?.filter(({ isActive }) => isActive) ?? [];
  const notice = restartNotice(numberOf('noticeMinutes', context));
  for (const { id } of others) await tell(id, context);
  const isLast = deferrals.length >= numberOf('deferrals', context);
  if (first && !isLast) return ask(first, patience, context);
  if (first) await tell(first.id, context);
  await patience.waitInterruptibly(notice.timeoutSeconds * 1000, context);
  return first
    ? `It was put off ${deferrals.length} times already; the time to save is over.`
    : 'Nobody sits before the machine; the time for an answer is over.';
}

async function ask(
  { id }: SignedIn,
  patience: Patience,
  context: StepContext,
): Promise<string | undefined> {
  const minutes = numberOf('noticeMinutes', context);
  const question = restartQuestion(minutes, numberOf('deferralMinutes', context));
  const begun = performance.now();
  const asked = context.windows.sessions.ask(id, question);
  const answer = await Promise.race([asked, whenEnding(context)]).catch((error: unknown) => {
    if (error instanceof Interrupted) throw error;
    context.log.warn('Somebody could not be asked.', { session: id, error });
    return 'none' as const;
  });
  if (answer === 'yes') return 'The person at the machine has agreed.';
  if (answer === 'none') {
    // Where the question could not be shown, or was taken away, people have their time nevertheless.
    const left = minutes * MINUTE_MS - (performance.now() - begun);
    if (left > 0) await patience.waitInterruptibly(left, context);
    return `Nobody answered within ${minutes} minutes.`;
  }
  await context.note({ deferral: { uptimeMs: context.windows.machine.uptimeMilliseconds() } });
  return undefined;
}

async function tell(session: number, context: StepContext): Promise<void> {
  try {
    const notice = restartNotice(numberOf('noticeMinutes', context));
    await context.windows.sessions.tell(session, notice);
  } catch (error) {
    context.log.warn('Somebody could not be told.', { session, reason: reasonOf(error) });
  }
}

/** Undefined: Windows can't say. Then somebody may be there. */
async function peopleAt({ windows }: StepContext): Promise<readonly SignedIn[] | undefined> {
  try {
    return await windows.sessions.signedIn();
  } catch (error) {
    if (error instanceof Unavailable) return undefined;
    throw error;
  }
}

function whenEnding({ ending }: StepContext): Promise<never> {
  return new Promise((_, reject) => {
    const end = () => {
      reject(new Interrupted());
    };
    ending.addEventListener('abort', end, { once: true });
    if (ending.aborted) end();
  });
}

function done(message: string): StepOutcome {
  return { state: 'done', message };
}

function numberOf(name: string, { definition }: StepContext): number {
  return Number(definition.parameters[name]);
}
