import { type Windows, WindowsError } from '../windows/windows';
import { type Rename } from './journal-entry';
import { stopServices } from './service-control';
import { type StepContext } from './step';

const ACCESS_DENIED = 5;
const SHARING_VIOLATION = 32;
const DIRECTORY_NOT_EMPTY = 145;
const STOP_TIMEOUT_MS = 60_000;
const ATTEMPTS = 5;
const BACK_OFF_MS = 2_000;

/** `path.bak-YYYYMMDDHHMMSS` (UTC), with a number behind it if that name is taken or was planned before. */
export async function freeName(
  path: string,
  { windows, clock, facts }: Pick<StepContext, 'windows' | 'clock' | 'facts'>,
  word = 'bak',
): Promise<string> {
  const moment = clock.now().toISOString().replaceAll(/\D/g, '').slice(0, 14);
  const wanted = `${path}.${word}-${moment}`;
  const planned = new Set(facts.renames().map(({ to }) => to));
  let name = wanted;
  for (let suffix = 2; ; suffix += 1) {
    if (!planned.has(name) && (await windows.directories.inspect(name)) === 'missing') return name;
    name = `${wanted}-${suffix}`;
  }
}

/**
 * Whether a rename that the journal knows came to be and wasn't taken back. Windows makes the proper name anew at any
 * time, so the other one tells.
 */
export async function renameStands(
  { from, to, kind }: Rename,
  { windows }: { readonly windows: Pick<Windows, 'directories'> },
): Promise<boolean> {
  if (kind === 'back') return (await windows.directories.inspect(from)) === 'missing';
  return (await windows.directories.inspect(to)) !== 'missing';
}

/** The renames of this step that stand and can be taken back, in the order in which they were made. */
export async function standingRenames(context: StepContext): Promise<readonly Rename[]> {
  const standing: Rename[] = [];
  for (const rename of context.facts.renames(context.stepId)) {
    if (rename.kind !== 'discarded' && (await renameStands(rename, context))) standing.push(rename);
  }
  return standing;
}

/** Services that came back meanwhile hold the folder again. */
export async function stopServicesAgain(context: StepContext): Promise<void> {
  const services = context.facts.savedServices().map(({ name }) => name);
  await stopServices(services, STOP_TIMEOUT_MS, context);
}

/** Takes renames back, the last one first. What Windows made in between is put aside. Throws {@link WindowsError}. */
export async function takeBack(renames: readonly Rename[], context: StepContext): Promise<void> {
  const { directories } = context.windows;
  for (const { from, to } of renames.toReversed()) {
    if ((await directories.inspect(from)) !== 'missing') {
      const aside: Rename = {
        from,
        to: await freeName(from, context, 'undone'),
        kind: 'discarded',
      };
      await context.note({ rename: aside });
      await renamePatiently(aside.from, aside.to, context);
    }
    await renamePatiently(to, from, context);
  }
}

/** Whether Windows refused because somebody has a file in the folder open. */
export function isHeldOpen(error: WindowsError): boolean {
  return [ACCESS_DENIED, SHARING_VIOLATION, DIRECTORY_NOT_EMPTY].includes(error.code);
}

/** Renames; while something is held open, services are stopped again and it is tried again. */
export async function renamePatiently(
  from: string,
  to: string,
  context: StepContext,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await context.windows.directories.rename(from, to);
      return;
    } catch (error) {
      if (!(error instanceof WindowsError) || !isHeldOpen(error) || attempt >= ATTEMPTS)
        throw error;
      await context.clock.sleep(BACK_OFF_MS * attempt);
      await stopServicesAgain(context);
    }
  }
}
