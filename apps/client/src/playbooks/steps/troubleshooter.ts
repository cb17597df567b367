import { type RepairAction } from '@fleetmend/domain';
import { Unavailable } from '../../windows/windows';
import { Interrupted, type StepContext, type StepExecutor, type StepOutcome } from '../step';
import { runTool, toolOutcome } from '../tool-step';
import { restoreServices } from './restore-services';

type Action<Name extends RepairAction['action']> = Extract<RepairAction, { action: Name }>;

const PACK = 'diagnostics\\system\\WindowsUpdate';
const POWERSHELL = 'System32\\WindowsPowerShell\\v1.0\\powershell.exe';
const MODULE = 'System32\\WindowsPowerShell\\v1.0\\Modules\\TroubleshootingPack';

/** Our own words at the end of the output: without them nothing has run, whatever the exit code says. */
const RAN = 'fleetmend: the pack has run';
const FAILED = 91;
/** Fixed: nothing of an order ever gets into it. */
const COMMAND = [
  "$ErrorActionPreference = 'Stop'",
  'try {',
  '  Import-Module TroubleshootingPack',
  `  $pack = Get-TroubleshootingPack -Path "$env:windir\\${PACK}"`,
  '  Invoke-TroubleshootingPack -Pack $pack -Unattended',
  `  Write-Output '${RAN}'`,
  '  exit 0',
  `} catch { Write-Output $_.Exception.Message; exit ${FAILED} }`,
].join('\n');
const ARGS = ['-NoLogo', '-NoProfile', '-NonInteractive', '-Command', COMMAND];

const RESTORE_TIMEOUT_MS = 60_000;

/** Where Windows no longer ships the pack there is nothing to run, and that is said. */
export const checkTroubleshooter: StepExecutor<Action<'check-troubleshooter'>> = {
  execute: (_, context) => check(context),
  describe: async (_, context) => (await check(context)).message,
};

async function check({ windows }: StepContext): Promise<StepOutcome> {
  const root = windows.machine.windowsDirectory;
  const parts: readonly [string, string][] = [
    ['the pack', PACK],
    ['the PowerShell module TroubleshootingPack', MODULE],
    ['Windows PowerShell', POWERSHELL],
  ];
  const missing: string[] = [];
  for (const [what, path] of parts) {
    if ((await windows.directories.inspect(`${root}\\${path}`)) === 'missing') missing.push(what);
  }
  return missing.length === 0
    ? { state: 'done', message: 'This Windows has the Windows Update troubleshooter.' }
    : {
        state: 'refused',
        message: `The Windows Update troubleshooter is not available on this Windows: ${missing.join(' and ')} missing. Microsoft has removed it from newer versions; "Repair the update services" and "Reset SoftwareDistribution" do what it did.`,
        details: { missing: missing.join(', ') },
      };
}

/** It stops services, and must not leave them stopped when it is cut off. */
export const runTroubleshootingPack: StepExecutor<Action<'run-troubleshooting-pack'>> = {
  async execute({ timeoutSeconds }, context) {
    try {
      const ended = await runTool({ program: POWERSHELL, args: ARGS, timeoutSeconds }, context);
      const said = ended.result.output.toString('latin1');
      if (ended.result.exitCode === 0 && !said.includes(RAN)) {
        throw new Unavailable('PowerShell', 'it ended without running the troubleshooter');
      }
      return toolOutcome('The troubleshooter', ended);
    } catch (error) {
      if (error instanceof Interrupted) await restoreServices(RESTORE_TIMEOUT_MS, context);
      throw error;
    }
  },
  describe: () =>
    Promise.resolve(`Would run the troubleshooting pack "${PACK}" unattended, through PowerShell.`),
};
