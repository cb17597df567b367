import { type MachineAction } from '@fleetmend/domain';
import { type RegistryValue } from '../../windows/windows';
import { setRegistryValue } from '../registry-changes';
import { type StepContext, type StepExecutor } from '../step';

type Action<Name> = Extract<MachineAction, { action: Name }>;
type Place = Pick<Action<'read-registry-value'>, 'key' | 'value'>;

/** Says what stands there now. The step that sets it notes it again, to the letter, before it does. */
export const readRegistryValue: StepExecutor<Action<'read-registry-value'>> = {
  execute: async (step, context) => ({ state: 'done', message: await asItIs(step, context) }),
  describe: asItIs,
};

export const setRegistryValueStep: StepExecutor<Action<'set-registry-value'>> = {
  async execute({ key, value, data }, context) {
    const content: RegistryValue = { type: 'dword', data };
    const isChanged = await setRegistryValue(key, value, content, context);
    return {
      state: 'done',
      message: isChanged ? `"${value}" is ${data} now.` : `"${value}" was ${data} already.`,
      details: { changed: isChanged },
    };
  },
  async describe(step, context) {
    return `${await asItIs(step, context)} Would set it to ${step.data}.`;
  },
};

/** What was set is there, and nobody has set it otherwise since. */
export const verifyRegistryValue: StepExecutor<Action<'verify-registry-value'>> = {
  async execute(step, context) {
    const isRight = (await context.windows.registry.read(step.key, step.value)) === step.data;
    const message = isRight
      ? `"${step.value}" is ${step.data}.`
      : `Somebody has set it otherwise. ${await asItIs(step, context)}`;
    const verdict = isRight ? 'done' : 'step-failed';
    return {
      state: isRight ? 'done' : 'failed',
      message,
      verdict: {
        ...{ verdict, level: 'L0', message },
        ...(isRight ? {} : { stepId: context.stepId }),
      },
    };
  },
  describe: ({ value, data }) => Promise.resolve(`Would check that "${value}" is ${data}.`),
};

async function asItIs({ key, value }: Place, { windows }: StepContext): Promise<string> {
  const now = await windows.registry.readTyped(key, value);
  return now
    ? `"${key}\\${value}" is ${JSON.stringify(now.data)} (${now.type}).`
    : `There is no value "${key}\\${value}".`;
}
