import { isDeepStrictEqual } from 'node:util';
import { type RegistryValue, type Windows } from '../windows/windows';
import { type RegistryChange } from './journal-entry';
import { type StepContext, type StepOutcome } from './step';

type Reading = { readonly windows: Pick<Windows, 'registry'> };

/** Sets a value, noted before it is done so that it can be put back. Resolves with whether it was another one before. */
export async function setRegistryValue(
  key: string,
  value: string,
  content: RegistryValue,
  context: StepContext,
): Promise<boolean> {
  return change({ key, value, after: content }, context);
}

/** The changes that can be seen in the registry: the value is as the run has left it, and not as it was before. */
export async function standingRegistryChanges(
  changes: readonly RegistryChange[],
  { windows }: Reading,
): Promise<readonly RegistryChange[]> {
  const standing: RegistryChange[] = [];
  for (const one of changes) {
    const now = (await windows.registry.readTyped(one.key, one.value)) ?? null;
    if (isDeepStrictEqual(now, one.after) && !isDeepStrictEqual(now, one.before))
      standing.push(one);
  }
  return standing;
}

/** Puts back values as they were, the last first. What somebody else has set since is none of `standing`. */
export async function putRegistryBack(
  standing: readonly RegistryChange[],
  context: StepContext,
): Promise<StepOutcome> {
  for (const { key, value, before, madeKey } of standing.toReversed()) {
    await change({ key, value, after: before }, context);
    if (madeKey) await context.windows.registry.removeEmptyKey(key);
  }
  return standing.length === 0
    ? { state: 'skipped', message: 'No registry value is left that the run has set.' }
    : {
        state: 'done',
        message: `As before: ${standing.map(({ key, value }) => `"${key}\\${value}"`).join(', ')}.`,
      };
}

async function change(
  { key, value, after }: Pick<RegistryChange, 'key' | 'value' | 'after'>,
  context: StepContext,
): Promise<boolean> {
  const { registry } = context.windows;
  const before = (await registry.readTyped(key, value)) ?? null;
  if (isDeepStrictEqual(before, after)) return false;
  await context.note({
    registry: { key, value, before, after, madeKey: !(await registry.keyExists(key)) },
  });
  if (after) await registry.write(key, value, after);
  else await registry.removeValue(key, value);
  return true;
}
