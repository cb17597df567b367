import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { programFolder } from '../windows/native/addon';
import { Bridge, type NativeFunction, type Pointer, wide } from '../windows/native/bridge';
import { NativeServices } from '../windows/native/native-services';
import {
  DELETE,
  isWindowsError,
  MANAGER_CONNECT,
  MANAGER_CREATE_SERVICE,
  SERVICE_CHANGE_CONFIG,
  SERVICE_ERRORS,
  SERVICE_QUERY_STATUS,
  SERVICE_START,
  ServiceManager,
} from '../windows/native/service-manager';
import { type ServiceStatus } from '../windows/windows';

/** The name that the service control manager knows. */
export const SERVICE_NAME = 'FleetMendClient';
/** The command by which the service control manager starts the program. */
export const SERVICE_COMMAND = 'service';

const DISPLAY_NAME = 'FleetMend Client';
const DESCRIPTION =
  'Reports failures of Windows Update to the FleetMend server and repairs what its administrators order.';
const EXECUTABLE = 'fleetmend-client.exe';
const OWN_PROCESS = 0x10;
const AUTOMATIC = 2;
const NORMAL_ERROR = 1;
const DELAY_UNTIL_REBOOT = 0x4;
const STOPS_WITHIN_MS = 60_000;
const SAFE_WITHIN_MS = 10 * 60_000;
const POLL_MS = 200;

/** SERVICE_CONFIG_… of ChangeServiceConfig2. */
const CONFIG = {
  description: 1,
  failureActions: 2,
  delayedStart: 3,
  failureActionsFlag: 4,
  preshutdown: 7,
} as const;
const RESTART = 1;
/** Waits before the first, second and every later restart. */
const RESTART_AFTER_MS = [60_000, 60_000, 300_000] as const;
const FORGET_FAILURES_AFTER_S = 86_400;
const PRESHUTDOWN_MS = 60_000;

type CreateService = NativeFunction<
  [Pointer, string, string, number, number, number, number, string, null, null, null, null, null],
  Pointer
>;

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
  await stopAndWait(new NativeServices(bridge));
  const executable = await copyProgram();
  return { executable, warnings: await register(manager, executable) };
}

/** Makes the service that an installer has made like ours: its path quoted, started again after failures. */
export async function configureService(): Promise<Installed> {
  const executable = join(programFolder(), EXECUTABLE);
  const warnings = await register(new ServiceManager(Bridge.open()), executable);
  return { executable, warnings };
}

const register = (manager: ServiceManager, executable: string): Promise<readonly string[]> =>
  new ServiceRegistration(manager).register(`"${executable}" ${SERVICE_COMMAND}`);

/** Stops the service and removes it, but not its data. False when there was none. */
export async function uninstallService(): Promise<boolean> {
  const bridge = Bridge.open();
  const manager = new ServiceManager(bridge);
  await stopAndWait(new NativeServices(bridge));
  const remove: NativeFunction<[Pointer], number> = bridge.bind(
    'advapi32',
    'int DeleteService(void *service)',
  );
  try {
    await manager.withService(SERVICE_NAME, DELETE, (service) => {
      if (remove(service) === 0) throw bridge.error('DeleteService');
    });
  } catch (error) {
    if (isWindowsError(error, SERVICE_ERRORS.doesNotExist)) return false;
    if (!isWindowsError(error, SERVICE_ERRORS.markedForDelete)) throw error;
  }
  await removeProgram(bridge);
  return true;
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
  await untilState(services, 'running');
}

/** Stops the service and gives it the time that a run may need to reach a safe point. */
export async function stopOwnService(): Promise<void> {
  await stopAndWait(new NativeServices(Bridge.open()), SAFE_WITHIN_MS);
}

async function stopAndWait(services: NativeServices, withinMs = STOPS_WITHIN_MS): Promise<void> {
  const status = await services.query(SERVICE_NAME);
  if (status === undefined || status.state === 'stopped') return;
  await services.requestStop(SERVICE_NAME);
  await untilState(services, 'stopped', withinMs);
}

async function untilState(
  services: NativeServices,
  wanted: 'running' | 'stopped',
  withinMs = STOPS_WITHIN_MS,
): Promise<void> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const status = await services.query(SERVICE_NAME);
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

/** The calls that make a service and describe it. */
class ServiceRegistration {
  private readonly bridge: Bridge;
  private readonly create: CreateService;
  private readonly change: NativeFunction<
    [Pointer, number, number, number, string, null, null, null, null, null, string],
    number
  >;
  private readonly describe: NativeFunction<[Pointer, number, Buffer], number>;

  constructor(private readonly manager: ServiceManager) {
    this.bridge = manager.bridge;
    this.create = this.bridge.bind(
      'advapi32',
      'void *CreateServiceW(void *manager, str16 name, str16 display, uint32 access, uint32 type, uint32 start, uint32 error, str16 path, str16 group, void *tag, str16 needs, str16 account, str16 password)',
    );
    this.change = this.bridge.bind(
      'advapi32',
      'int ChangeServiceConfigW(void *service, uint32 type, uint32 start, uint32 error, str16 path, str16 group, void *tag, str16 needs, str16 account, str16 password, str16 display)',
    );
    this.describe = this.bridge.bind(
      'advapi32',
      'int ChangeServiceConfig2W(void *service, uint32 level, void *info)',
    );
  }

  async register(imagePath: string): Promise<readonly string[]> {
    const warnings: string[] = [];
    await this.manager.withManager(MANAGER_CONNECT | MANAGER_CREATE_SERVICE, (manager) => {
      const access = SERVICE_CHANGE_CONFIG | SERVICE_QUERY_STATUS | SERVICE_START;
      const values = [
        OWN_PROCESS,
        AUTOMATIC,
        NORMAL_ERROR,
        imagePath,
        null,
        null,
        null,
        null,
        null,
      ] as const;
      const service = this.create(manager, SERVICE_NAME, DISPLAY_NAME, access, ...values);
      if (service !== null) this.manager.close(service);
      else if (this.bridge.lastError() !== SERVICE_ERRORS.exists)
        throw this.bridge.error('CreateService');
    });
    // SERVICE_START is needed to set restarts as recovery.
    await this.manager.withService(
      SERVICE_NAME,
      SERVICE_CHANGE_CONFIG | SERVICE_START,
      (service) => {
        const values = [
          OWN_PROCESS,
          AUTOMATIC,
          NORMAL_ERROR,
          imagePath,
          null,
          null,
          null,
          null,
          null,
        ] as const;
        if (this.change(service, ...values, DISPLAY_NAME) === 0)
          throw this.bridge.error('ChangeServiceConfig');
        for (const [what, level, info] of this.descriptions()) {
          if (this.describe(service, level, info.block) === 0) {
            warnings.push(`${what}: ${this.bridge.error('ChangeServiceConfig2').message}`);
          }
        }
      },
    );
    return warnings;
  }

  /** Each structure with the memory that it points to, which must live as long. */
  private descriptions(): readonly (readonly [string, number, { block: Buffer; held?: Buffer }])[] {
    return [
      ['description', CONFIG.description, this.pointingTo(8, 0, wide(DESCRIPTION))],
      ['recovery', CONFIG.failureActions, this.failureActions()],
      ['recovery after errors', CONFIG.failureActionsFlag, { block: number32(1) }],
      // A run that a power cut has interrupted must not wait two minutes longer.
      ['start without delay', CONFIG.delayedStart, { block: number32(0) }],
      ['time at shutdown', CONFIG.preshutdown, { block: number32(PRESHUTDOWN_MS) }],
    ];
  }

  private failureActions(): { block: Buffer; held: Buffer } {
    const actions = Buffer.alloc(RESTART_AFTER_MS.length * 8);
    RESTART_AFTER_MS.forEach((delay, index) => {
      actions.writeUInt32LE(RESTART, index * 8);
      actions.writeUInt32LE(delay, index * 8 + 4);
    });
    const info = this.pointingTo(40, 32, actions);
    info.block.writeUInt32LE(FORGET_FAILURES_AFTER_S, 0);
    info.block.writeUInt32LE(RESTART_AFTER_MS.length, 24);
    return info;
  }

  private pointingTo(size: number, at: number, held: Buffer): { block: Buffer; held: Buffer } {
    const block = Buffer.alloc(size);
    block.writeBigUInt64LE(this.bridge.koffi.address(held), at);
    return { block, held };
  }
}

function number32(value: number): Buffer {
  const block = Buffer.alloc(4);
  block.writeUInt32LE(value, 0);
  return block;
}
