import { type Bridge, type NativeFunction, type Pointer, wide } from '../windows/native/bridge';
import {
  DELETE,
  isWindowsError,
  MANAGER_CONNECT,
  MANAGER_CREATE_SERVICE,
  SERVICE_CHANGE_CONFIG,
  SERVICE_ERRORS,
  SERVICE_QUERY_STATUS,
  SERVICE_START,
  type ServiceManager,
} from '../windows/native/service-manager';

const OWN_PROCESS = 0x10;
const AUTOMATIC = 2;
const NORMAL_ERROR = 1;

/** SERVICE_CONFIG_… of ChangeServiceConfig2. */
const CONFIG = {
  description: 1,
  failureActions: 2,
  delayedStart: 3,
  failureActionsFlag: 4,
  preshutdown: 7,
} as const;
const RESTART = 1;
const FORGET_FAILURES_AFTER_S = 86_400;
const PRESHUTDOWN_MS = 60_000;

type CreateService = NativeFunction<
  [Pointer, string, string, number, number, number, number, string, null, null, null, null, null],
  Pointer
>;

/** A service that runs as SYSTEM and starts with Windows. */
export interface NewService {
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
  /** With quotes around the path: a path with spaces is a way in for others otherwise. */
  readonly imagePath: string;
  /** Waits before the first, second … and every later restart after a failure. */
  readonly restartAfterMs: readonly number[];
}

/** The calls that make a service and describe it. */
export class ServiceRegistration {
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

  /** Makes the service, or makes one that is there like it. Answers what this Windows refused of its description. */
  async register(wanted: NewService): Promise<readonly string[]> {
    const { name, displayName, imagePath } = wanted;
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
      const service = this.create(manager, name, displayName, access, ...values);
      if (service !== null) this.manager.close(service);
      else if (this.bridge.lastError() !== SERVICE_ERRORS.exists)
        throw this.bridge.error('CreateService');
    });
    // SERVICE_START is needed to set restarts as recovery.
    await this.manager.withService(name, SERVICE_CHANGE_CONFIG | SERVICE_START, (service) => {
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
      if (this.change(service, ...values, displayName) === 0)
        throw this.bridge.error('ChangeServiceConfig');
      for (const [what, level, info] of this.descriptions(wanted)) {
        if (this.describe(service, level, info.block) === 0) {
          warnings.push(`${what}: ${this.bridge.error('ChangeServiceConfig2').message}`);
        }
      }
    });
    return warnings;
  }

  /** Removes the service; a running one is gone when it ends. False when there was none. */
  async remove(name: string): Promise<boolean> {
    const remove: NativeFunction<[Pointer], number> = this.bridge.bind(
      'advapi32',
      'int DeleteService(void *service)',
    );
    try {
      await this.manager.withService(name, DELETE, (service) => {
        if (remove(service) === 0) throw this.bridge.error('DeleteService');
      });
    } catch (error) {
      if (isWindowsError(error, SERVICE_ERRORS.doesNotExist)) return false;
      if (!isWindowsError(error, SERVICE_ERRORS.markedForDelete)) throw error;
    }
    return true;
  }

  /** Each structure with the memory that it points to, which must live as long. */
  private descriptions({
    description,
    restartAfterMs,
  }: NewService): readonly (readonly [string, number, { block: Buffer; held?: Buffer }])[] {
    return [
      ['description', CONFIG.description, this.pointingTo(8, 0, wide(description))],
      ['recovery', CONFIG.failureActions, this.failureActions(restartAfterMs)],
      ['recovery after errors', CONFIG.failureActionsFlag, { block: number32(1) }],
      // A run that a power cut has interrupted must not wait two minutes longer.
      ['start without delay', CONFIG.delayedStart, { block: number32(0) }],
      ['time at shutdown', CONFIG.preshutdown, { block: number32(PRESHUTDOWN_MS) }],
    ];
  }

  private failureActions(restartAfterMs: readonly number[]): { block: Buffer; held: Buffer } {
    const actions = Buffer.alloc(restartAfterMs.length * 8);
    restartAfterMs.forEach((delay, index) => {
      actions.writeUInt32LE(RESTART, index * 8);
      actions.writeUInt32LE(delay, index * 8 + 4);
    });
    const info = this.pointingTo(40, 32, actions);
    info.block.writeUInt32LE(FORGET_FAILURES_AFTER_S, 0);
    info.block.writeUInt32LE(restartAfterMs.length, 24);
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
