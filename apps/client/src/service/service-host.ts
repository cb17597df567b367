import {
  Bridge,
  inBackground,
  type NativeFunction,
  type Pointer,
  wide,
} from '../windows/native/bridge';

const STATE = { stopped: 1, startPending: 2, stopPending: 3, running: 4 } as const;
const CONTROL = { stop: 1, interrogate: 4, shutdown: 5, preshutdown: 15 } as const;
const ACCEPTED = 0x1 | 0x4 | 0x100;
const TABLE_SIZE = 32;
const OWN_PROCESS = 0x10;
const NO_ERROR = 0;
const NOT_IMPLEMENTED = 120;
const SERVICE_SPECIFIC_ERROR = 1066;
/** How long Windows may wait for the next sign of life while the service stops. */
const WAIT_HINT_MS = 10_000;
const SIGN_OF_LIFE_MS = 3_000;

/**
 * Runs `main` as the Windows service `name`: only when the service control manager has started this process. `stop` is aborted
 * when Windows wants the service to end; `main` then has to finish soon, and its rejection is reported as a failure,
 * so that Windows starts the service again. Resolves when Windows has let go of the service.
 */
export async function runAsService(
  name: string,
  main: (stop: AbortSignal) => Promise<void>,
): Promise<void> {
  const bridge = Bridge.open();
  const { koffi } = bridge;
  const host = new ServiceHost(bridge, name, main);
  koffi.proto('void FleetMendServiceMain(uint32 count, void *values)');
  const begin = koffi.register(() => {
    host.begin();
  }, 'FleetMendServiceMain *');

  // Two SERVICE_TABLE_ENTRYW, ours and the end, and behind them the name that the first one points to.
  const table = Buffer.concat([Buffer.alloc(TABLE_SIZE), wide(name)]);
  table.writeBigUInt64LE(koffi.address(table) + BigInt(TABLE_SIZE), 0);
  table.writeBigUInt64LE(koffi.address(begin), 8);

  const dispatch: NativeFunction<[Buffer], number> = bridge.bind(
    'advapi32',
    'int StartServiceCtrlDispatcherW(void *table)',
  );
  // Blocks its thread until the service has stopped; the main thread stays free for the callbacks.
  const dispatched = await inBackground(dispatch, table);
  if (dispatched === 0) {
    throw new Error(
      'This command is for Windows only: the service control manager did not start this process.',
    );
  }
  if (host.failure !== undefined) throw host.failure;
}

/** One life of the service, from its start to its end. */
class ServiceHost {
  /** What `main` failed with. */
  failure: Error | undefined;
  private handle: Pointer = null;
  private state: number = STATE.startPending;
  private checkpoint = 0;
  private readonly stopping = new AbortController();
  private readonly setStatus: NativeFunction<[Pointer, Buffer], number>;
  private readonly registerHandler: NativeFunction<[string, bigint, null], Pointer>;

  constructor(
    private readonly bridge: Bridge,
    private readonly name: string,
    private readonly main: (stop: AbortSignal) => Promise<void>,
  ) {
    this.setStatus = bridge.bind('advapi32', 'int SetServiceStatus(void *status, void *values)');
    bridge.koffi.proto(
      'uint32 FleetMendControl(uint32 control, uint32 event, void *data, void *context)',
    );
    this.registerHandler = bridge.bind(
      'advapi32',
      'void *RegisterServiceCtrlHandlerExW(str16 name, FleetMendControl *handler, void *context)',
    );
  }

  /** Called by Windows on a thread of its own, relayed to this one. */
  begin(): void {
    const handler = this.bridge.koffi.register(
      (control: number) => this.control(control),
      'FleetMendControl *',
    );
    this.handle = this.registerHandler(this.name, handler, null);
    this.tell(STATE.running);
    this.main(this.stopping.signal).then(
      () => {
        this.tell(STATE.stopped);
      },
      (error: unknown) => {
        this.failure =
          error instanceof Error ? error : new Error('The service failed.', { cause: error });
        this.tell(STATE.stopped, 1);
      },
    );
  }

  private control(control: number): number {
    switch (control) {
      case CONTROL.stop:
      case CONTROL.shutdown:
      case CONTROL.preshutdown:
        if (!this.stopping.signal.aborted) this.stop();
        return NO_ERROR;
      case CONTROL.interrogate:
        return NO_ERROR;
      default:
        return NOT_IMPLEMENTED;
    }
  }

  private stop(): void {
    this.tell(STATE.stopPending);
    const timer = setInterval(() => {
      if (this.state === STATE.stopPending) this.tell(STATE.stopPending);
      else clearInterval(timer);
    }, SIGN_OF_LIFE_MS);
    this.stopping.abort();
  }

  /** Tells Windows the state; `failure` is ours, and makes Windows restart the service. */
  private tell(state: number, failure = 0): void {
    this.state = state;
    const pending = state === STATE.startPending || state === STATE.stopPending;
    this.checkpoint = pending ? this.checkpoint + 1 : 0;
    const accepted = state === STATE.running ? ACCEPTED : 0;
    const exitCode = failure === 0 ? NO_ERROR : SERVICE_SPECIFIC_ERROR;
    const status = Buffer.alloc(28);
    const hint = pending ? WAIT_HINT_MS : 0;
    [OWN_PROCESS, state, accepted, exitCode, failure, this.checkpoint, hint].forEach(
      (value, index) => {
        status.writeUInt32LE(value, index * 4);
      },
    );
    this.setStatus(this.handle, status);
  }
}
