import { WindowsError } from '../windows';
import { type Bridge, type NativeFunction, type Pointer } from './bridge';

/** Win32 errors of services that callers tell apart. */
export const SERVICE_ERRORS = {
  accessDenied: 5,
  moreData: 234,
  requestTimeout: 1053,
  alreadyRunning: 1056,
  doesNotExist: 1060,
  notActive: 1062,
  markedForDelete: 1072,
  exists: 1073,
} as const;

export const MANAGER_CONNECT = 0x1;
export const MANAGER_CREATE_SERVICE = 0x2;
export const SERVICE_QUERY_CONFIG = 0x1;
export const SERVICE_CHANGE_CONFIG = 0x2;
export const SERVICE_QUERY_STATUS = 0x4;
export const SERVICE_ENUMERATE_DEPENDENTS = 0x8;
export const SERVICE_START = 0x10;
export const SERVICE_STOP = 0x20;
export const DELETE = 0x10000;

/** Handles of the service control manager, closed when the work is done. */
export class ServiceManager {
  private readonly openManager: NativeFunction<[null, null, number], Pointer>;
  private readonly openService: NativeFunction<[Pointer, string, number], Pointer>;
  private readonly closeHandle: NativeFunction<[Pointer], number>;

  constructor(readonly bridge: Bridge) {
    this.openManager = bridge.bind(
      'advapi32',
      'void *OpenSCManagerW(str16 machine, str16 database, uint32 access)',
    );
    this.openService = bridge.bind(
      'advapi32',
      'void *OpenServiceW(void *manager, str16 name, uint32 access)',
    );
    this.closeHandle = bridge.bind('advapi32', 'int CloseServiceHandle(void *handle)');
  }

  /** Runs `act` with a handle of the manager itself. Throws {@link WindowsError}. */
  async withManager<T>(access: number, act: (manager: Pointer) => T | Promise<T>): Promise<T> {
    const manager = this.openManager(null, null, access);
    if (manager === null) throw this.bridge.error('OpenSCManager');
    try {
      return await act(manager);
    } finally {
      this.closeHandle(manager);
    }
  }

  /** Runs `act` with a handle of a service. Throws {@link WindowsError}; 1060 when there is no such service. */
  withService<T>(
    name: string,
    access: number,
    act: (service: Pointer) => T | Promise<T>,
  ): Promise<T> {
    return this.withManager(MANAGER_CONNECT, async (manager) => {
      const service = this.openService(manager, name, access);
      if (service === null) throw this.bridge.error('OpenService');
      try {
        return await act(service);
      } finally {
        this.closeHandle(service);
      }
    });
  }

  /** Closes a handle that a call of the caller's own has made. */
  close(handle: Pointer): void {
    this.closeHandle(handle);
  }
}

/** Whether `error` is Windows' refusal with one of these codes. */
export function isWindowsError(error: unknown, ...codes: readonly number[]): error is WindowsError {
  return error instanceof WindowsError && codes.includes(error.code);
}
