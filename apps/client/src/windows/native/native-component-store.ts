import { type ComponentStore, type ComponentStoreHealth } from '../component-store';
import { Unavailable } from '../windows';
import { type Bridge, inBackground, type NativeFunction } from './bridge';

/** DISM_ONLINE_IMAGE of dismapi.h: the Windows that runs. */
const ONLINE_IMAGE = 'DISM_{53BFAE52-B167-4E2F-A258-0A37B57FF845}';
const LOG_ERRORS = 0;
/** DismImageHealthState. */
const HEALTH: readonly ComponentStoreHealth[] = ['healthy', 'repairable', 'non-repairable'];

interface DismApi {
  readonly initialize: NativeFunction<[number, null, null], number>;
  readonly shutdown: NativeFunction<[], number>;
  readonly openSession: NativeFunction<[string, null, null, Buffer], number>;
  readonly closeSession: NativeFunction<[number], number>;
  readonly checkHealth: NativeFunction<[number, number, null, null, null, Buffer], number>;
}

/** The component store through dismapi.dll, which answers in numbers. */
export class NativeComponentStore implements ComponentStore {
  constructor(private readonly bridge: Bridge) {}

  async health(): Promise<ComponentStoreHealth> {
    const dism = this.api();
    await this.must('DismInitialize', dism.initialize, LOG_ERRORS, null, null);
    try {
      const session = Buffer.alloc(4);
      await this.must('DismOpenSession', dism.openSession, ONLINE_IMAGE, null, null, session);
      const handle = session.readUInt32LE(0);
      try {
        const state = Buffer.alloc(4);
        const flagsOnly = 0;
        await this.must(
          'DismCheckImageHealth',
          dism.checkHealth,
          ...([handle, flagsOnly, null, null, null, state] as const),
        );
        const health = HEALTH[state.readUInt32LE(0)];
        if (health === undefined) throw unavailable('it gave an unknown answer');
        return health;
      } finally {
        await inBackground(dism.closeSession, handle);
      }
    } finally {
      await inBackground(dism.shutdown);
    }
  }

  private api(): DismApi {
    const bind = <Arguments extends readonly unknown[]>(prototype: string) =>
      this.bridge.bind<Arguments, number>('dismapi', prototype);
    try {
      return {
        initialize: bind('int32 DismInitialize(int32 level, str16 log, str16 scratch)'),
        shutdown: bind('int32 DismShutdown()'),
        openSession: bind(
          'int32 DismOpenSession(str16 image, str16 windows, str16 drive, void *session)',
        ),
        closeSession: bind('int32 DismCloseSession(uint32 session)'),
        checkHealth: bind(
          'int32 DismCheckImageHealth(uint32 session, int scan, void *cancel, void *progress, void *user, void *state)',
        ),
      };
    } catch (error) {
      // The library, or a function of it, is missing.
      throw unavailable(error instanceof Error ? error.message : 'it could not be loaded');
    }
  }

  private async must<Arguments extends readonly unknown[]>(
    name: string,
    call: NativeFunction<Arguments, number>,
    ...values: Arguments
  ): Promise<void> {
    const hresult = await inBackground(call, ...values);
    if (hresult < 0) {
      throw unavailable(`${name} failed with 0x${(hresult >>> 0).toString(16).toUpperCase()}`);
    }
  }
}

function unavailable(reason: string): Unavailable {
  return new Unavailable('The state of the component store', reason);
}
