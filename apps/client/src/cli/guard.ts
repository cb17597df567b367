import { join } from 'node:path';
import { fileLog } from '../log';
import { bringStateBack } from '../state/open-state';
import { Guard } from '../updates/guard';
import { releaseKeys } from '../updates/release-keys';
import { serverAnswers } from '../updates/server-answers';
import { UpdateFolder } from '../updates/update-folder';
import { type Installation } from '../updates/updater';
import { type CommandParts, type OwnGuard } from './session';

/** Guards an update until it is over, and then removes itself from the services. */
export async function guardCommand(parts: CommandParts): Promise<void> {
  const { guard } = await parts.ownService();
  const windows = await parts.windows();
  const { dataDirectory, updateProbeMs } = parts.settings();
  const { executable, updates } = guard.places();
  // A log of its own: the client writes at the same time.
  const log = fileLog(join(dataDirectory, 'logs', 'update'));
  await guard.run(async (stop) => {
    const end = await new Guard({
      folder: new UpdateFolder(updates, executable),
      windows,
      serviceName: guard.serviceName,
      serverAnswers,
      bringStateBack: () => {
        bringStateBack(dataDirectory, log);
      },
      probeMs: updateProbeMs,
      clock: parts.clock,
      log,
    }).run(stop);
    if (end === 'done') await guard.remove();
  });
}

/** What the service needs to be updated; undefined where it runs from elsewhere than it was installed. */
export function installationOf(
  guard: OwnGuard,
  execPath: string = process.execPath,
): Installation | undefined {
  const { executable, updates } = guard.places();
  if (execPath.toLowerCase() !== executable.toLowerCase()) return undefined;
  return {
    folder: new UpdateFolder(updates, executable),
    architecture: process.arch,
    releaseKeys,
    guard: { exists: () => guard.exists(), start: (path) => guard.start(path) },
  };
}
