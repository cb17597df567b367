import { type PlaybookAction } from '@fleetmend/domain';
import { type StepContext, type StepExecutor, type StepOutcome } from '../step';

type Action = Extract<PlaybookAction, { action: 'check-update-policy' }>;

const POLICY = 'SOFTWARE\\Policies\\Microsoft\\Windows\\WindowsUpdate';

/** Where a policy keeps the machine from updating, no reset helps, and policies are not "repaired". */
export const checkUpdatePolicy: StepExecutor<Action> = {
  execute: (_, context) => check(context),
  describe: async (_, context) => (await check(context)).message,
};

async function check({ windows }: StepContext): Promise<StepOutcome> {
  const isSet = async (key: string, value: string) =>
    (await windows.registry.read(key, value)) === 1;
  const forbidden: string[] = [];
  if (await isSet(POLICY, 'DisableWindowsUpdateAccess'))
    forbidden.push('DisableWindowsUpdateAccess');
  if (await isSet(`${POLICY}\\AU`, 'NoAutoUpdate')) forbidden.push('NoAutoUpdate');
  const [access] = forbidden;
  if (access === 'DisableWindowsUpdateAccess') {
    return {
      state: 'refused',
      message:
        'The policy DisableWindowsUpdateAccess keeps this machine from updating. A reset does not change that.',
    };
  }
  const usesWsus = await isSet(`${POLICY}\\AU`, 'UseWUServer');
  const server = usesWsus ? await windows.registry.read(POLICY, 'WUServer') : undefined;
  const remarks = [
    ...(forbidden.length > 0
      ? ['Automatic updates are switched off by policy (NoAutoUpdate).']
      : []),
    ...(typeof server === 'string' ? [`Updates come from the server "${server}".`] : []),
  ];
  return {
    state: 'done',
    message: ['No policy forbids updates.', ...remarks].join(' '),
    details: { automaticUpdatesDisabled: forbidden.length > 0, usesWsus },
  };
}
