import { type RepairAction } from '@fleetmend/domain';
import { type ComponentStoreHealth } from '../../windows/component-store';
import { Unavailable } from '../../windows/windows';
import { type StepContext, type StepExecutor, type StepOutcome } from '../step';
import { runTool, toolOutcome } from '../tool-step';

type Action<Name extends RepairAction['action']> = Extract<RepairAction, { action: Name }>;

const DISM = 'System32\\Dism.exe';
const RESTORE_HEALTH = ['/English', '/Online', '/Cleanup-Image', '/RestoreHealth', '/NoRestart'];
const SFC = 'System32\\sfc.exe';

/** Why DISM fails, where the code alone doesn't say what to do. */
const DISM_REASONS: Readonly<Record<string, string>> = {
  '0x800F081F':
    'the files for the repair were not found. The machine must reach Windows Update, or its WSUS server must have them.',
  '0x800F0906': 'the files for the repair could not be downloaded. Look at network and proxy.',
  '0x800F0907': 'a policy forbids to download the files for the repair from Windows Update.',
  '0x800F0954': 'the WSUS server does not have the files for the repair.',
};

/** What cannot be repaired by it is not begun. A store that nothing has flagged may be damaged all the same. */
export const checkComponentStore: StepExecutor<Action<'check-component-store'>> = {
  execute: (_, context) => check(context),
  describe: async (_, context) => (await check(context)).message,
};

async function check({ windows }: StepContext): Promise<StepOutcome> {
  const health = await healthOf(() => windows.componentStore.health());
  if (health instanceof Unavailable) return { state: 'skipped', message: health.message };
  if (health === 'non-repairable') {
    return {
      state: 'refused',
      message:
        'Windows says that its component store can no longer be repaired. What is left is an in-place upgrade or a new installation.',
      details: { health },
    };
  }
  return {
    state: 'done',
    message:
      health === 'healthy'
        ? 'Nothing has flagged the component store as damaged so far. The repair looks for itself.'
        : 'The component store is damaged, and can be repaired.',
    details: { health },
  };
}

/** DISM RestoreHealth, which may be begun again at any time. */
export const restoreComponentStore: StepExecutor<Action<'restore-component-store'>> = {
  async execute({ timeoutSeconds }, context) {
    const ended = await runTool({ program: DISM, args: RESTORE_HEALTH, timeoutSeconds }, context);
    return toolOutcome('DISM RestoreHealth', ended, DISM_REASONS);
  },
  describe: () => Promise.resolve(`Would run: ${DISM} ${RESTORE_HEALTH.join(' ')}`),
};

/** Its code says little: what it could not repair stands in CBS.log. It never undoes what DISM has repaired. */
export const repairSystemFiles: StepExecutor<Action<'repair-system-files'>> = {
  async execute({ timeoutSeconds }, context) {
    const tool = { program: SFC, args: ['/scannow'], timeoutSeconds };
    const outcome = toolOutcome('SFC', await runTool(tool, context));
    if (outcome.state !== 'failed') return outcome;
    return {
      ...outcome,
      message: `${outcome.message} Some system files could not be repaired; %windir%\\Logs\\CBS\\CBS.log names them (lines with [SR]).`,
    };
  },
  describe: () => Promise.resolve(`Would run: ${SFC} /scannow`),
};

/** The store's own word for it, in numbers. */
export const verifyComponentStore: StepExecutor<Action<'verify-component-store'>> = {
  async execute(_, { windows, facts }) {
    const health = await healthOf(() => windows.componentStore.health());
    if (health instanceof Unavailable) return { state: 'skipped', message: health.message };
    if (health === 'healthy') {
      const restart =
        facts.result('restore-component-store')?.details?.['restartRequired'] === true;
      const message = `The component store is healthy${restart ? ', once the machine has restarted' : ''}.`;
      return {
        state: 'done',
        message,
        details: { health },
        verdict: { verdict: 'done', level: 'L0', message },
      };
    }
    const message = `DISM ended well, but Windows still calls its component store ${health}.`;
    return {
      state: 'failed',
      message,
      details: { health },
      verdict: { verdict: 'step-failed', level: 'L0', stepId: 'restore-component-store', message },
    };
  },
  describe: () => Promise.resolve('Would ask Windows how the component store is.'),
};

async function healthOf(
  ask: () => Promise<ComponentStoreHealth>,
): Promise<ComponentStoreHealth | Unavailable> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof Unavailable) return error;
    throw error;
  }
}
