import { type MachineAction } from '@fleetmend/domain';
import { type StepContext, type StepExecutor, type StepOutcome } from '../step';

type Action = Extract<MachineAction, { action: 'check-update-blockers' }>;

const POLICY = 'SOFTWARE\\Policies\\Microsoft\\Windows\\WindowsUpdate';
const EXECUTION_OPTIONS =
  'SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Image File Execution Options';
const UPDATE_PARAMETERS = 'SYSTEM\\CurrentControlSet\\Services\\wuauserv\\Parameters';
/** Programs of Windows Update that blockers keep from starting by naming a "debugger" for them. */
const PROGRAMS = [
  'wuauclt.exe',
  'UsoClient.exe',
  'usocoreworker.exe',
  'MoUsoCoreWorker.exe',
  'MusNotification.exe',
  'SIHClient.exe',
  'WaaSMedicAgent.exe',
  'upfc.exe',
] as const;

/** What keeps this machine from updating on purpose is reported. It is never "repaired". */
export const checkUpdateBlockers: StepExecutor<Action> = {
  execute: (step, context) => check(step, context),
  describe: async (step, context) => (await check(step, context)).message,
};

async function check({ services }: Action, context: StepContext): Promise<StepOutcome> {
  const blockers = await blockersOf(context);
  const found: string[] = [];
  const missing: string[] = [];
  for (const name of services) {
    const status = await context.windows.services.query(name);
    if (!status) missing.push(name);
    else if (status.startType === 'disabled') found.push(name);
  }
  const details = {
    disabled: found.join(', '),
    missing: missing.join(', '),
    blockers: blockers.join(' '),
  };
  const words = [
    found.length > 0 ? `Disabled: ${found.join(', ')}.` : 'None of the services is disabled.',
    ...(missing.length > 0 ? [`Not on this Windows: ${missing.join(', ')}.`] : []),
    ...blockers,
  ];
  if (blockers.length > 0 && context.definition.parameters['despiteBlockers'] !== true) {
    words.push('Nothing is repaired against that; the order can say to repair start types anyway.');
    return { state: 'refused', message: words.join(' '), details };
  }
  return { state: 'done', message: words.join(' '), details };
}

async function blockersOf({ windows: { registry } }: StepContext): Promise<string[]> {
  const blockers: string[] = [];
  if ((await registry.read(POLICY, 'DisableWindowsUpdateAccess')) === 1) {
    blockers.push('The policy DisableWindowsUpdateAccess keeps this machine from updating.');
  }
  for (const program of PROGRAMS) {
    const debugger_ = await registry.read(`${EXECUTION_OPTIONS}\\${program}`, 'Debugger');
    if (typeof debugger_ === 'string' && debugger_ !== '')
      blockers.push(`Something has Windows start "${debugger_}" instead of ${program}.`);
  }
  const library = await registry.read(UPDATE_PARAMETERS, 'ServiceDll');
  if (typeof library === 'string' && !/\\wuaueng\.dll$/i.test(library)) {
    blockers.push(`The update service is set to run "${library}" instead of wuaueng.dll.`);
  }
  return blockers;
}
