import { type Heart, type Watchdog } from '../watchdog';
import { type Bridge, type NativeFunction, type Pointer, wide } from './bridge';

/** Time for the file system to delete the marker. */
const GRACE_MS = 5_000;
const HUNDRED_NANOSECONDS_PER_MS = 10_000n;
const INFINITE = 0xffffffff;
const EXECUTE_DEFAULT = 0;
const EXECUTE_IN_WAIT_THREAD = 0x4;
const CURRENT_PROCESS = 0xffffffffffffffffn;
/** Far beyond every life. */
const NEVER_MS = 10 * 365 * 24 * 3_600_000;

/**
 * Two timers of Windows that call functions of Windows when they are due: DeleteFile for the marker, and then
 * TerminateProcess. Both take what they need as their first argument, which is what a wait hands over. A thread of
 * ours would cost ten megabytes. Relative timers stand still while the machine sleeps (Windows 8 and later).
 */
export class NativeWatchdog implements Watchdog {
  private readonly create: NativeFunction<[null, number, null], Pointer>;
  private readonly set: NativeFunction<[Pointer, Buffer, number, null, null, number], number>;
  private readonly wait: NativeFunction<[Buffer, Pointer, Pointer, bigint, number, number], number>;
  private readonly moduleOf: NativeFunction<[string], Pointer>;
  private readonly addressOf: NativeFunction<[Pointer, string], Pointer>;

  constructor(private readonly bridge: Bridge) {
    this.create = bridge.bind(
      'kernel32',
      'void *CreateWaitableTimerW(void *security, int manual, void *name)',
    );
    this.set = bridge.bind(
      'kernel32',
      'int SetWaitableTimer(void *timer, void *due, int period, void *routine, void *value, int resume)',
    );
    this.wait = bridge.bind(
      'kernel32',
      'int RegisterWaitForSingleObject(void *wait, void *object, void *callback, uint64 value, uint32 limit, uint32 flags)',
    );
    this.moduleOf = bridge.bind('kernel32', 'void *GetModuleHandleW(str16 name)');
    this.addressOf = bridge.bind('kernel32', 'void *GetProcAddress(void *module, str name)');
  }

  start(marker: string, limitMs: number): Heart {
    const path = wide(marker);
    const timers = [
      this.timer('DeleteFileW', this.bridge.koffi.address(path), EXECUTE_DEFAULT),
      this.timer('TerminateProcess', CURRENT_PROCESS, EXECUTE_IN_WAIT_THREAD),
    ] as const;
    const beat = () => {
      this.arm(timers[0], limitMs);
      this.arm(timers[1], limitMs + GRACE_MS);
    };
    beat();
    return {
      beat,
      stop: () => {
        // The path is read when the timer is due: it lives as long as this function.
        if (path.length > 0) for (const timer of timers) this.arm(timer, NEVER_MS);
      },
    };
  }

  private timer(routine: string, value: bigint, flags: number): Pointer {
    const timer = this.create(null, 0, null);
    if (timer === null) throw this.bridge.error('CreateWaitableTimer');
    const callback = this.addressOf(this.moduleOf('kernel32.dll'), routine);
    if (callback === null) throw this.bridge.error('GetProcAddress');
    if (this.wait(Buffer.alloc(8), timer, callback, value, INFINITE, flags) === 0)
      throw this.bridge.error('RegisterWaitForSingleObject');
    return timer;
  }

  private arm(timer: Pointer, milliseconds: number): void {
    const due = Buffer.alloc(8);
    due.writeBigInt64LE(-BigInt(milliseconds) * HUNDRED_NANOSECONDS_PER_MS);
    if (this.set(timer, due, 0, null, null, 0) === 0) throw this.bridge.error('SetWaitableTimer');
  }
}
