import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { EXECUTABLE, serviceCommandLine } from '../protection/service-path';
import { programFolder } from '../windows/native/addon';
import { Bridge, type NativeFunction } from '../windows/native/bridge';
import { nativeProtection } from '../windows/native/native-protection';
import { NativeServices } from '../windows/native/native-services';
import {
  MANAGER_CONNECT,
  MANAGER_CREATE_SERVICE,
  ServiceManager,
} from '../windows/native/service-manager';
import { type ServiceStatus } from '../windows/windows';
import { GUARD_NAME } from './guard-service';
import { ServiceRegistration } from './service-registration';

/** The name that the service control manager knows. */
export const SERVICE_NAME = 'FleetMendClient';
/** The command by which the service control manager starts the program. */
export const SERVICE_COMMAND = 'service';

const DISPLAY_NAME = 'FleetMend Client';
const DESCRIPTION =
  'Reports failures of Windows Update to the FleetMend server and repairs what its administrators order.';
const DELAY_UNTIL_REBOOT = 0x4;
const STOPS_WITHIN_MS = 60_000;
const SAFE_WITHIN_MS = 10 * 60_000;
const POLL_MS = 200;

/** Waits before the first, second and every later restart. */
const RESTART_AFTER_MS = [60_000, 60_000, 300_000] as const;

/** What {@link installService} has done. */
export interface Installed {
  readonly executable: string;
  /** What this Windows refused although the service works without it. */
  readonly warnings: readonly string[];
}

/**
 * Copies this program to where only administrators can change it and makes it a service that starts with Windows. An
 * older one is stopped and replaced; the service is not started. Throws `WindowsError` (5: not an administrator).
 */
export async function installService(): Promise<Installed> {
  const bridge = Bridge.open();
  const manager = new ServiceManager(bridge);
  // First the question that only administrators are answered, so that nothing is half done for others.
  await manager.withManager(MANAGER_CONNECT | MANAGER_CREATE_SERVICE, () => undefined);
  await endUpdate(bridge);
  await stopAndWait(new NativeServices(bridge), SERVICE_NAME);
  const executable = await copyProgram();
  await closeProgramFolder(bridge);
  return { executable, warnings: await register(manager, executable) };
}

/** Makes the service that an installer has made like ours: its path quoted, started again after failures. */
export async function configureService(): Promise<Installed> {
  const executable = join(programFolder(), EXECUTABLE);
  const bridge = Bridge.open();
  await closeProgramFolder(bridge);
  const warnings = await register(new ServiceManager(bridge), executable);
  return { executable, warnings };
}

/** What is inherited from Program Files is right on most machines; this one is made so. */
async function closeProgramFolder(bridge: Bridge): Promise<void> {
  await nativeProtection(bridge).close(programFolder(), 'read');
}

const register = (manager: ServiceManager, executable: string): Promise<readonly string[]> =>
  new ServiceRegistration(manager).register({
    name: SERVICE_NAME,
    displayName: DISPLAY_NAME,
    description: DESCRIPTION,
    imagePath: serviceCommandLine(dirname(executable)),
    restartAfterMs: RESTART_AFTER_MS,
  });

/** Stops the service and removes it, but not its data. False when there was none. */
export async function uninstallService(): Promise<boolean> {
  const bridge = Bridge.open();
  const services = new ServiceRegistration(new ServiceManager(bridge));
  await endUpdate(bridge);
  await stopAndWait(new NativeServices(bridge), SERVICE_NAME);
  if (!(await services.remove(SERVICE_NAME))) return false;
  await removeProgram(bridge);
  return true;
}

/** Where the service's executable stands, and where an update of it lies. */
export function installedExecutable(): { readonly executable: string; readonly updates: string } {
  const folder = programFolder();
  return { executable: join(folder, EXECUTABLE), updates: join(folder, 'update') };
}

/** Who installs or uninstalls decides what runs here: an update that is under way is given up. */
async function endUpdate(bridge: Bridge): Promise<void> {
  await stopAndWait(new NativeServices(bridge), GUARD_NAME);
  await new ServiceRegistration(new ServiceManager(bridge)).remove(GUARD_NAME);
  // Its process may still be ending.
  const patience = { maxRetries: 10, retryDelay: 200 };
  await rm(installedExecutable().updates, { recursive: true, force: true, ...patience });
}

/** What is in use, such as this very program, goes away when Windows starts the next time: files first, then folders. */
async function removeProgram(bridge: Bridge): Promise<void> {
  const folder = programFolder();
  await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  const atRestart: NativeFunction<[string, null, number], number> = bridge.bind(
    'kernel32',
    'int MoveFileExW(str16 from, str16 to, uint32 flags)',
  );
  const left = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const paths = left.map((entry) => ({
    path: join(entry.parentPath, entry.name),
    isFile: entry.isFile(),
  }));
  paths.push({ path: folder, isFile: false });
  for (const { path, isFile } of paths.sort((a, b) => b.path.length - a.path.length)) {
    // Under another name: a client that is installed before the restart must survive it.
    const aside = `${path}.${randomUUID()}.old`;
    const isAside = isFile && (await rename(path, aside).then(isTrue, isFalse));
    atRestart(isAside ? aside : path, null, DELAY_UNTIL_REBOOT);
  }
}

const isTrue = () => true;
const isFalse = () => false;

/** Removes what the program has put beside itself, without a bridge to Windows, which would put it there again. */
export async function removeLeftovers(): Promise<void> {
  const folder = programFolder();
  const left = (await readdir(folder)).filter((name) => name.toLowerCase() !== EXECUTABLE);
  for (const name of left) {
    await rm(join(folder, name), { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}

/** The service as Windows knows it; undefined when it isn't installed. */
export function queryOwnService(): Promise<ServiceStatus | undefined> {
  return new NativeServices(Bridge.open()).query(SERVICE_NAME);
}

/** Starts the service and waits until it runs. */
export async function startOwnService(): Promise<void> {
  const services = new NativeServices(Bridge.open());
  await services.requestStart(SERVICE_NAME);
  await untilState(services, SERVICE_NAME, 'running');
}

/** Stops the service, for an installer, and gives it the time that a run may need to reach a safe point. */
export async function stopOwnService(): Promise<void> {
  const bridge = Bridge.open();
  await endUpdate(bridge);
  await stopAndWait(new NativeServices(bridge), SERVICE_NAME, SAFE_WITHIN_MS);
}

async function stopAndWait(
  services: NativeServices,
  name: string,
  withinMs = STOPS_WITHIN_MS,
): Promise<void> {
  const status = await services.query(name);
  if (status === undefined || status.state === 'stopped') return;
  await services.requestStop(name);
  await untilState(services, name, 'stopped', withinMs);
}

async function untilState(
  services: NativeServices,
  name: string,
  wanted: 'running' | 'stopped',
  withinMs = STOPS_WITHIN_MS,
): Promise<void> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const status = await services.query(name);
    const state = status?.state ?? 'stopped';
    if (state === wanted) return;
    if (state === 'stopped')
      throw new Error('The service ended right after its start; its log says why.');
    if (performance.now() > deadline)
      throw new Error(`The service did not become ${wanted}: it is ${state}.`);
    await wait(POLL_MS);
  }
}

/** Windows lets a running program be renamed, but not overwritten: the old one steps aside. */
async function copyProgram(): Promise<string> {
  const target = join(programFolder(), EXECUTABLE);
  if (process.execPath.toLowerCase() === target.toLowerCase()) return target;
  await mkdir(programFolder(), { recursive: true });
  const fresh = `${target}.new`;
  const old = `${target}.old`;
  await rm(old, { force: true });
  await copyFile(process.execPath, fresh);
  await rename(target, old).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  });
  await rename(fresh, target);
  await rm(old, { force: true }).catch(() => undefined);
  return target;
}
