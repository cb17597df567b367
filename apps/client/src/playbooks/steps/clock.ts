import { type MachineAction, meaningOfExitCode } from '@fleetmend/domain';
import { reasonOf } from '../../log';
import { ToolEnded } from '../../windows/tools';
import { Unavailable, WindowsError } from '../../windows/windows';
import {
  correctionLimit,
  offsetOf,
  offsetWords,
  readClock,
  readingWords,
  timeSource,
  toleranceMs,
  wasRight,
} from '../clock-reading';
import { type RunVerdict } from '../journal-entry';
import { Patience } from '../patience';
import { type StepContext, type StepExecutor, type StepOutcome } from '../step';

type Action<Name> = Extract<MachineAction, { action: Name }>;

const PRODUCT = 'SYSTEM\\CurrentControlSet\\Control\\ProductOptions';
const DOMAIN_CONTROLLER = 'LanmanNT';
/** Below %SystemRoot%. */
const W32TM = 'System32\\w32tm.exe';
const SETTLE_MS = 30_000;
const SETTLE_POLL_MS = 2_000;
const NOTHING_TO_DO = 'The clock is right: there is nothing to do.';

/** The clock of a domain controller is that of its domain: hands off. */
export const checkClockAuthority: StepExecutor<Action<'check-clock-authority'>> = {
  execute: (_, context) => checkAuthority(context),
  describe: async (_, context) => (await checkAuthority(context)).message,
};

async function checkAuthority(context: StepContext): Promise<StepOutcome> {
  const product = await context.windows.registry.read(PRODUCT, 'ProductType');
  const directory = await context.windows.services.query('NTDS');
  if (product === DOMAIN_CONTROLLER || directory) {
    return {
      state: 'refused',
      message:
        'This is a domain controller: its clock is the time of the domain, and Kerberos stops where it jumps. Set it right by hand.',
    };
  }
  const { type } = await timeSource(context);
  return {
    state: 'done',
    message:
      type === 'NT5DS'
        ? 'This is no domain controller. It takes its time from its domain, and gets no other source.'
        : 'This is no domain controller.',
    details: { type: type ?? '' },
  };
}

export const measureClock: StepExecutor<Action<'measure-clock'>> = {
  async execute(_, context) {
    const source = await timeSource(context);
    const reading = await readClock(source, context);
    const offset = offsetOf(reading);
    const isRight = offset !== undefined && Math.abs(offset) <= toleranceMs(context);
    return {
      state: 'done',
      message: `${readingWords(reading)} ${sourceWords(source)}`,
      details: {
        isRight,
        type: source.type ?? '',
        servers: source.servers.join(' '),
        ...(reading.serverMs === undefined ? {} : { serverOffsetMs: Math.round(reading.serverMs) }),
        ...(reading.network ? { networkOffsetMs: Math.round(reading.network.offsetMs) } : {}),
      },
    };
  },
  async describe(_, context) {
    const source = await timeSource(context);
    return `${readingWords(await readClock(source, context))} ${sourceWords(source)}`;
  },
};

function sourceWords({ type, servers }: Awaited<ReturnType<typeof timeSource>>): string {
  switch (type) {
    case undefined:
      return 'Windows names no time source.';
    case 'NT5DS':
      return 'Windows follows its domain (NT5DS).';
    case 'NoSync':
      return 'Windows is set to follow nobody (NoSync).';
    default:
      return `Windows follows ${servers.join(', ') || 'nobody that it names'} (${type}).`;
  }
}

/** Through w32tm, whose exit code says little: what counts is the clock afterwards. */
export const resyncClock: StepExecutor<Action<'resync-clock'>> = {
  async execute({ timeoutSeconds }, context) {
    if (wasRight(context)) return { state: 'skipped', message: NOTHING_TO_DO };
    const refusal = await whyNoResync(context);
    if (refusal !== undefined) return { state: 'skipped', message: refusal };
    const ended = await runW32tm(timeoutSeconds * 1000, context);
    const offset = await settledOffset(context);
    return {
      state: 'done',
      message: [
        ended.message,
        offset === undefined
          ? 'Nobody says what time it is, so nothing can be told.'
          : `The clock is now ${offsetWords(offset)}.`,
      ].join(' '),
      details: {
        ...(ended.exitCode === undefined ? {} : { exitCode: ended.exitCode }),
        ...(offset === undefined ? {} : { offsetMs: Math.round(offset) }),
      },
    };
  },
  async describe(_, context) {
    return (await whyNoResync(context)) ?? 'Would run "w32tm /resync /rediscover".';
  },
};

async function whyNoResync(context: StepContext): Promise<string | undefined> {
  if (!(await context.windows.services.query('w32time'))) {
    return 'This Windows has no time service (w32time is not registered), so that it can not be asked to resynchronise.';
  }
  const source = await timeSource(context);
  if (source.type === 'NoSync') return 'Windows is set to follow nobody (NoSync).';
  const offset = offsetOf(await readClock(source, context));
  if (offset === undefined) return undefined;
  const limit = await correctionLimit(offset >= 0 ? 'forward' : 'back', source, context);
  if (Math.abs(offset) / 1000 <= limit) return undefined;
  return `The clock is ${offsetWords(offset)}, and Windows corrects at most ${(limit / 3600).toFixed(1)} hours by itself: it would refuse.`;
}

async function runW32tm(
  timeoutMs: number,
  { windows }: StepContext,
): Promise<{ readonly message: string; readonly exitCode?: number }> {
  try {
    const args = ['/resync', '/rediscover'];
    const { exitCode } = await windows.tools.run({ program: W32TM, args, timeoutMs });
    const isWell = meaningOfExitCode(exitCode) === 'success';
    return {
      message: `w32tm ended with ${exitCode}${isWell ? '' : ', which is an error'}.`,
      exitCode,
    };
  } catch (error) {
    const isKnown =
      error instanceof Unavailable || error instanceof ToolEnded || error instanceof WindowsError;
    if (!isKnown) throw error;
    return { message: reasonOf(error) };
  }
}

/** Windows may take a moment to do what it was asked for. */
async function settledOffset(context: StepContext): Promise<number | undefined> {
  const patience = new Patience(SETTLE_MS);
  const source = await timeSource(context);
  for (;;) {
    const offset = offsetOf(await readClock(source, context));
    const isRight = offset !== undefined && Math.abs(offset) <= toleranceMs(context);
    if (isRight || offset === undefined || patience.isOver) return offset;
    await patience.wait(SETTLE_POLL_MS, context.clock);
  }
}

/** The proof: what the clock shows now. */
export const verifyClock: StepExecutor<Action<'verify-clock'>> = {
  async execute(_, context) {
    const source = await timeSource(context);
    const reading = await readClock(source, context);
    const offset = offsetOf(reading);
    const words = readingWords(reading);
    if (offset === undefined)
      return concluded('unverified', `${words} Nothing is proven.`, context);
    if (Math.abs(offset) <= toleranceMs(context)) {
      return concluded(
        'done',
        wasRight(context) ? `It was right already. ${words}` : words,
        context,
      );
    }
    const why = context.facts.result('resync-clock')?.message ?? '';
    const hint =
      context.definition.parameters['setFromServer'] === true || source.type === 'NT5DS'
        ? ''
        : ' The parameter "setFromServer" sets it directly.';
    return concluded('step-failed', `The clock is still wrong. ${words} ${why}${hint}`, context);
  },
  describe: () => Promise.resolve('Would measure the clock again.'),
};

function concluded(
  verdict: 'done' | 'unverified' | 'step-failed',
  message: string,
  { stepId }: StepContext,
): StepOutcome {
  const told: RunVerdict = { verdict, level: 'L0', message };
  return {
    state: verdict === 'done' ? 'done' : verdict === 'unverified' ? 'skipped' : 'failed',
    message,
    verdict: verdict === 'step-failed' ? { ...told, stepId } : told,
  };
}
