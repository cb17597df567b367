import { type PlaybookAction } from '@fleetmend/domain';
import { WindowsError } from '../../windows/windows';
import { type Rename } from '../journal-entry';
import { freeName, isHeldOpen, standingRenames, stopServicesAgain, takeBack } from '../renames';
import { bootMoment } from '../restarts';
import { type StepContext, type StepExecutor, type StepOutcome, windowsPath } from '../step';

type Action = Extract<PlaybookAction, { action: 'rename-directory' }>;

const BACK_OFF_MS = 2_000;

/**
 * Renames the folder to a name that nothing has. Where Windows refuses because something in it is open: services are
 * stopped again and it is tried again, then its children one by one, then Windows is told to do it when it starts.
 */
export const renameDirectory: StepExecutor<Action> = {
  async execute(step, context) {
    const path = windowsPath(step.path, context);
    const done = await standingRenames(context);
    if (done.some(({ from }) => from === path)) return outcome(done, context);
    // A child that went alone before a power loss goes back first: the folder is renamed whole or in all its parts.
    await takeBack(done, context);
    await readOn(context);
    const refusal = await renameWithPatience(path, step.attempts, context);
    if (!refusal) return outcome(await standingRenames(context), context);
    const children = step.fallbackChildren;
    if (children.length > 0 && (await renameChildren(path, children, context))) {
      return outcome(await standingRenames(context), context);
    }
    return renameAtRestart(path, refusal, context);
  },
  async describe(step, context) {
    const path = windowsPath(step.path, context);
    return `Would rename "${path}" to "${await freeName(path, context)}".`;
  },
};

/** What Windows wrote while its services stopped goes away with the folder. */
async function readOn({ observations, log }: StepContext): Promise<void> {
  try {
    await observations.poll();
  } catch (error) {
    log.warn('What Windows wrote last could not be read.', { error });
  }
}

async function renameWithPatience(
  path: string,
  attempts: number,
  context: StepContext,
): Promise<WindowsError | undefined> {
  let refusal: WindowsError | undefined;
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    await stopServicesAgain(context);
    refusal = await tryRename(path, context);
    if (!refusal) return undefined;
    context.log.warn('Windows refused to rename the folder.', { path, attempt, error: refusal });
    if (attempt < attempts) await context.clock.sleep(BACK_OFF_MS * attempt);
  }
  return refusal;
}

async function tryRename(path: string, context: StepContext): Promise<WindowsError | undefined> {
  const rename: Rename = { from: path, to: await freeName(path, context), kind: 'away' };
  await context.note({ rename });
  try {
    await context.windows.directories.rename(rename.from, rename.to);
    return undefined;
  } catch (error) {
    if (error instanceof WindowsError && isHeldOpen(error)) return error;
    throw error;
  }
}

/** All of them or none. */
async function renameChildren(
  path: string,
  children: readonly string[],
  context: StepContext,
): Promise<boolean> {
  const before = new Set((await standingRenames(context)).map(({ to }) => to));
  await stopServicesAgain(context);
  for (const child of children) {
    const from = `${path}\\${child}`;
    if ((await context.windows.directories.inspect(from)) === 'missing') continue;
    if (await tryRename(from, context)) {
      const made = (await standingRenames(context)).filter(({ to }) => !before.has(to));
      await takeBack(made, context);
      return false;
    }
  }
  return true;
}

async function renameAtRestart(
  path: string,
  refusal: WindowsError,
  context: StepContext,
): Promise<StepOutcome> {
  const to = await freeName(path, context);
  await context.note({ renameAtRestart: { from: path, to, ...(await bootMoment(context)) } });
  await context.windows.directories.renameAtRestart(path, to);
  return {
    state: 'done',
    message: `Something holds files in "${path}" open (error ${refusal.code}). Windows will rename it to "${to}" at its next restart.`,
    errorCode: refusal.code,
    details: { to, atRestart: true },
  };
}

function outcome(renames: readonly Rename[], context: StepContext): StepOutcome {
  const [first] = renames;
  if (!first) return { state: 'skipped', message: 'There was nothing to rename.' };
  context.log.info('The folder was renamed.', { renames });
  return {
    state: 'done',
    message: renames.map(({ from, to }) => `"${from}" is now "${to}".`).join(' '),
    details: { to: renames.map(({ to }) => to).join('; ') },
  };
}
