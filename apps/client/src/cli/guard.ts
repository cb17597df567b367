import { join } from 'node:path';
import { RouteFinder } from '../connection/route-finder';
import { type ChosenRoute, keptRoute } from '../connection/route-settings';
import { fileLog } from '../log';
import { bringStateBack, readStateBeforeUpdate } from '../state/open-state';
import { Guard } from '../updates/guard';
import { releaseKeys } from '../updates/release-keys';
import { serverAnswers } from '../updates/server-answers';
import { Vault } from '../state/vault';
import { UpdateFolder } from '../updates/update-folder';
import { type Installation } from '../updates/updater';
import { type Windows } from '../windows/windows';
import { type CommandParts, type OwnGuard } from './session';

/** Guards an update until it is over, and then removes itself from the services. */
export async function guardCommand(parts: CommandParts): Promise<void> {
  const { guard } = await parts.ownService();
  const windows = await parts.windows();
  const { dataDirectory, updateProbeMs, proxies } = parts.settings();
  const { executable, updates } = guard.places();
  // A log of its own: the client writes at the same time.
  const log = fileLog(join(dataDirectory, 'logs', 'update'));
  const route = routeOf(dataDirectory, windows);
  const routes = new RouteFinder({
    settings: () => route.settings,
    credentials: () => route.credentials,
    ...{ network: windows.network, environment: proxies, log },
  });
  await guard.run(async (stop) => {
    const end = await new Guard({
      folder: new UpdateFolder(updates, executable),
      windows,
      serviceName: guard.serviceName,
      serverAnswers: (url) => serverAnswers(routes, url),
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

/** What an administrator has set: in the state as it was, for the new client may keep it in another form. */
function routeOf(dataDirectory: string, windows: Windows): ChosenRoute {
  const vault = new Vault(windows.secrets, dataDirectory);
  const kept = readStateBeforeUpdate(dataDirectory, (state) => keptRoute(state, vault));
  return kept ?? { settings: { proxy: 'system', authorities: [] }, credentials: undefined };
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
