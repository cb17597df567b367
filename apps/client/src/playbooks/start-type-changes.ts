import { type ServiceStartType, type Windows } from '../windows/windows';
import { type StartTypeChange } from './journal-entry';
import { type StepContext, type StepOutcome } from './step';

type Reading = { readonly windows: Pick<Windows, 'services'> };

/** Sets a start type, noted before it is done so that it can be put back. Resolves with whether it was another one. */
export async function setStartType(
  name: string,
  after: ServiceStartType,
  context: StepContext,
): Promise<boolean> {
  const { services } = context.windows;
  const status = await services.query(name);
  if (!status || status.startType === after) return false;
  await context.note({ startType: { name, before: status.startType, after } });
  await services.setStartType(name, after);
  return true;
}

/** The changes that can be seen: the start type is as the run has left it, and not as it was before. */
export async function standingStartTypeChanges(
  changes: readonly StartTypeChange[],
  { windows }: Reading,
): Promise<readonly StartTypeChange[]> {
  const standing: StartTypeChange[] = [];
  for (const one of changes) {
    const now = (await windows.services.query(one.name))?.startType;
    if (now === one.after && now !== one.before) standing.push(one);
  }
  return standing;
}

/** Puts start types back, the last first. What somebody else has set since is none of `standing`. */
export async function putStartTypesBack(
  standing: readonly StartTypeChange[],
  context: StepContext,
): Promise<StepOutcome> {
  for (const { name, before } of standing.toReversed()) await setStartType(name, before, context);
  return standing.length === 0
    ? { state: 'skipped', message: 'No start type is left that the run has set.' }
    : {
        state: 'done',
        message: `Start types as before: ${standing.map(({ name, before }) => `${name} ${before}`).join(', ')}.`,
      };
}
