import {
  type Services,
  type ServiceStartType,
  type ServiceState,
  type ServiceStatus,
} from '../windows';
import { type Bridge, inBackground, type NativeFunction, type Pointer } from './bridge';
import {
  isWindowsError,
  SERVICE_CHANGE_CONFIG,
  SERVICE_ENUMERATE_DEPENDENTS,
  SERVICE_ERRORS,
  SERVICE_QUERY_CONFIG,
  SERVICE_QUERY_STATUS,
  SERVICE_START,
  SERVICE_STOP,
  ServiceManager,
} from './service-manager';

const STATES: readonly (ServiceState | undefined)[] = [
  undefined,
  'stopped',
  'start-pending',
  'stop-pending',
  'running',
  'continue-pending',
  'pause-pending',
  'paused',
];
const START_TYPES: readonly ServiceStartType[] = [
  'boot',
  'system',
  'automatic',
  'manual',
  'disabled',
];

const CONTROL_STOP = 1;
const NO_CHANGE = 0xffffffff;
const ACTIVE_SERVICES = 1;
/** SERVICE_STATUS_PROCESS. */
const STATUS_SIZE = 36;
/** ENUM_SERVICE_STATUSW on 64 bits, with its padding. */
const DEPENDENT_SIZE = 48;
/** QUERY_SERVICE_CONFIGW is never larger. */
const CONFIG_SIZE = 8192;
/** A call that failed after that long ran into the manager's own limit of 30 s; asking again would block as long. */
const SLOW_MS = 5_000;

/** Services through the service control manager: numbers only, no localised text. */
export class NativeServices implements Services {
  private readonly manager: ServiceManager;
  private readonly queryStatus: NativeFunction<[Pointer, number, Buffer, number, Buffer], number>;
  private readonly queryConfig: NativeFunction<[Pointer, Buffer, number, Buffer], number>;
  private readonly control: NativeFunction<[Pointer, number, Buffer], number>;
  private readonly start: NativeFunction<[Pointer, number, null], number>;
  private readonly changeConfig: NativeFunction<
    [Pointer, number, number, number, null, null, null, null, null, null, null],
    number
  >;
  private readonly enumerateDependents: NativeFunction<
    [Pointer, number, Buffer, number, Buffer, Buffer],
    number
  >;

  constructor(private readonly bridge: Bridge) {
    this.manager = new ServiceManager(bridge);
    this.queryStatus = bridge.bind(
      'advapi32',
      'int QueryServiceStatusEx(void *service, int level, void *buffer, uint32 size, void *needed)',
    );
    this.queryConfig = bridge.bind(
      'advapi32',
      'int QueryServiceConfigW(void *service, void *config, uint32 size, void *needed)',
    );
    this.control = bridge.bind(
      'advapi32',
      'int ControlService(void *service, uint32 control, void *status)',
    );
    this.start = bridge.bind(
      'advapi32',
      'int StartServiceW(void *service, uint32 count, void *values)',
    );
    this.changeConfig = bridge.bind(
      'advapi32',
      'int ChangeServiceConfigW(void *service, uint32 type, uint32 start, uint32 error, str16 path, str16 group, void *tag, str16 needs, str16 account, str16 password, str16 display)',
    );
    this.enumerateDependents = bridge.bind(
      'advapi32',
      'int EnumDependentServicesW(void *service, uint32 state, void *services, uint32 size, void *needed, void *returned)',
    );
  }

  async query(name: string): Promise<ServiceStatus | undefined> {
    try {
      return await this.manager.withService(
        name,
        SERVICE_QUERY_STATUS | SERVICE_QUERY_CONFIG,
        (service) => {
          const status = this.statusOf(service);
          const config = Buffer.alloc(CONFIG_SIZE);
          if (this.queryConfig(service, config, config.length, Buffer.alloc(4)) === 0) {
            throw this.bridge.error('QueryServiceConfig');
          }
          const startType = START_TYPES[config.readUInt32LE(4)];
          if (startType === undefined)
            throw new Error(`Windows named an unknown start type of "${name}".`);
          return { name, startType, ...status };
        },
      );
    } catch (error) {
      if (isWindowsError(error, SERVICE_ERRORS.doesNotExist)) return undefined;
      throw error;
    }
  }

  async requestStop(name: string): Promise<void> {
    await this.manager.withService(name, SERVICE_STOP | SERVICE_QUERY_STATUS, async (service) => {
      const status = Buffer.alloc(28);
      await this.request(
        'ControlService',
        this.control,
        [service, CONTROL_STOP, status],
        SERVICE_ERRORS.notActive,
      );
    });
  }

  async requestStart(name: string): Promise<void> {
    await this.manager.withService(name, SERVICE_START | SERVICE_QUERY_STATUS, async (service) => {
      await this.request(
        'StartService',
        this.start,
        [service, 0, null],
        SERVICE_ERRORS.alreadyRunning,
      );
    });
  }

  async setStartType(name: string, startType: ServiceStartType): Promise<void> {
    await this.manager.withService(name, SERVICE_CHANGE_CONFIG, (service) => {
      const start = START_TYPES.indexOf(startType);
      const unchanged = [null, null, null, null, null, null, null] as const;
      if (this.changeConfig(service, NO_CHANGE, start, NO_CHANGE, ...unchanged) === 0)
        throw this.bridge.error('ChangeServiceConfig');
    });
  }

  async runningDependents(name: string): Promise<readonly string[]> {
    try {
      return await this.manager.withService(name, SERVICE_ENUMERATE_DEPENDENTS, (service) =>
        this.dependentsOf(service),
      );
    } catch (error) {
      if (isWindowsError(error, SERVICE_ERRORS.doesNotExist)) return [];
      throw error;
    }
  }

  /**
   * Makes the call in the background. Its error can't be asked for from here, since Windows keeps errors by thread: so
   * it is made again on this one, which is harmless, for Windows answers that the service already does what we want.
   */
  private async request<Arguments extends readonly unknown[]>(
    operation: string,
    call: NativeFunction<Arguments, number>,
    values: Arguments,
    alreadySo: number,
  ): Promise<void> {
    const begun = performance.now();
    if ((await inBackground(call, ...values)) !== 0) return;
    if (performance.now() - begun > SLOW_MS)
      throw this.bridge.error(operation, SERVICE_ERRORS.requestTimeout);
    if (call(...values) !== 0) return;
    const code = this.bridge.lastError();
    if (code !== alreadySo) throw this.bridge.error(operation, code);
  }

  private statusOf(service: Pointer): Pick<ServiceStatus, 'state' | 'processId'> {
    const status = Buffer.alloc(STATUS_SIZE);
    if (this.queryStatus(service, 0, status, status.length, Buffer.alloc(4)) === 0) {
      throw this.bridge.error('QueryServiceStatusEx');
    }
    const state = STATES[status.readUInt32LE(4)];
    if (state === undefined) throw new Error(`Windows named an unknown service state.`);
    const processId = status.readUInt32LE(28);
    return { state, processId: processId === 0 ? undefined : processId };
  }

  private dependentsOf(service: Pointer): readonly string[] {
    const needed = Buffer.alloc(4);
    const returned = Buffer.alloc(4);
    let services = Buffer.alloc(DEPENDENT_SIZE);
    while (
      this.enumerateDependents(
        service,
        ACTIVE_SERVICES,
        services,
        services.length,
        needed,
        returned,
      ) === 0
    ) {
      const code = this.bridge.lastError();
      if (code !== SERVICE_ERRORS.moreData) throw this.bridge.error('EnumDependentServices', code);
      services = Buffer.alloc(needed.readUInt32LE(0));
    }
    return Array.from({ length: returned.readUInt32LE(0) }, (_, index) =>
      this.bridge.koffi.decode.string16(services.readBigUInt64LE(index * DEPENDENT_SIZE)),
    );
  }
}
