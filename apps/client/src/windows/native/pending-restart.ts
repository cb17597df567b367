import { type Directories, type PendingRestart, type Registry } from '../windows';

const UPDATE = 'SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WindowsUpdate\\Auto Update';
const SERVICING = 'SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Component Based Servicing';
const SESSION_MANAGER = 'SYSTEM\\CurrentControlSet\\Control\\Session Manager';
/** Keys that are there only as long as Windows waits for a restart, and what they mean. */
const RESTART_KEYS: Readonly<Record<string, string>> = {
  [`${UPDATE}\\RebootRequired`]: 'windows-update',
  [`${UPDATE}\\PostRebootReporting`]: 'update-reporting',
  [`${SERVICING}\\RebootPending`]: 'component-servicing',
  [`${SERVICING}\\RebootInProgress`]: 'component-servicing-in-progress',
  [`${SERVICING}\\PackagesPending`]: 'packages-pending',
};

/** Whether Windows waits for a restart, and every sign of it. */
export async function pendingRestartOf(
  registry: Registry,
  directories: Pick<Directories, 'inspect'>,
  windowsDirectory: string,
): Promise<PendingRestart> {
  const strong: string[] = [];
  for (const [key, reason] of Object.entries(RESTART_KEYS)) {
    if (await registry.keyExists(key)) strong.push(reason);
  }
  const updateExe = await registry.read('SOFTWARE\\Microsoft\\Updates', 'UpdateExeVolatile');
  if (typeof updateExe === 'number' && updateExe !== 0) strong.push('update-exe');
  // What the component store still has to do at the next start.
  if ((await directories.inspect(`${windowsDirectory}\\WinSxS\\pending.xml`)) === 'file') {
    strong.push('component-store');
  }
  // Any program may leave renames for the next start, so these alone don't mean that Windows needs one.
  const weak: string[] = [];
  for (const value of ['PendingFileRenameOperations', 'PendingFileRenameOperations2']) {
    const renames = await registry.read(SESSION_MANAGER, value);
    if (Array.isArray(renames) && renames.length > 0) weak.push('file-renames');
  }
  return { pending: strong.length > 0, reasons: [...strong, ...new Set(weak)] };
}
