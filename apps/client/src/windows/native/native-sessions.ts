import { type Notice, type NoticeAnswer, type Sessions, type SignedIn } from '../sessions';
import { Unavailable } from '../windows';
import { type Bridge, inBackground, type NativeFunction } from './bridge';

const THIS_SERVER = 0n;
/** WTS_SESSION_INFOW on 64 bits: the id, padding, the name's pointer, the state, padding. */
const SESSION_SIZE = 24;
const STATE_OFFSET = 16;
const [ACTIVE, DISCONNECTED] = [0, 4];
const USER_NAME = 5;
const OK_BOX = 0x0;
const YES_NO_BOX = 0x4;
/** Warning, system-modal, in front of everything. */
const LOOK = 0x30 | 0x1000 | 0x10000 | 0x40000;
const [YES, NO] = [6, 7];

interface Functions {
  readonly enumerate: NativeFunction<[bigint, number, number, Buffer, Buffer], number>;
  readonly query: NativeFunction<[bigint, number, number, Buffer, Buffer], number>;
  readonly send: NativeFunction<
    [bigint, number, Buffer, number, Buffer, number, number, number, Buffer, number],
    number
  >;
  readonly free: NativeFunction<[bigint], void>;
}

/** Sessions through wtsapi32, which is loaded when it is asked for first. */
export class NativeSessions implements Sessions {
  private functions: Functions | undefined;

  constructor(private readonly bridge: Bridge) {}

  signedIn(): Promise<readonly SignedIn[]> {
    return Promise.resolve().then(() => {
      const { enumerate, free } = this.wts();
      const [holder, count] = [Buffer.alloc(8), Buffer.alloc(4)];
      if (enumerate(THIS_SERVER, 0, 1, holder, count) === 0) {
        throw new Unavailable(
          'Who is signed in',
          this.bridge.error('WTSEnumerateSessions').message,
        );
      }
      const pointer = holder.readBigUInt64LE(0);
      if (pointer === 0n) throw new Unavailable('Who is signed in', 'Windows named no session');
      try {
        const size = count.readUInt32LE(0) * SESSION_SIZE;
        const sessions = Buffer.from(this.bridge.koffi.view(pointer, size));
        return this.people(sessions);
      } finally {
        free(pointer);
      }
    });
  }

  async ask(session: number, notice: Notice): Promise<NoticeAnswer> {
    const answer = await this.show(session, notice, YES_NO_BOX, true);
    if (answer === YES) return 'yes';
    return answer === NO ? 'no' : 'none';
  }

  async tell(session: number, notice: Notice): Promise<void> {
    await this.show(session, notice, OK_BOX, false);
  }

  /** Somebody is signed in where there is a user's name: the screen that asks for one is a session, too. */
  private people(sessions: Buffer): readonly SignedIn[] {
    const people: SignedIn[] = [];
    for (let at = 0; at < sessions.length; at += SESSION_SIZE) {
      const id = sessions.readUInt32LE(at);
      const state = sessions.readInt32LE(at + STATE_OFFSET);
      if (![ACTIVE, DISCONNECTED].includes(state) || !this.hasUser(id)) continue;
      people.push({ id, isActive: state === ACTIVE });
    }
    return people;
  }

  private hasUser(session: number): boolean {
    const { query, free } = this.wts();
    const [holder, size] = [Buffer.alloc(8), Buffer.alloc(4)];
    if (query(THIS_SERVER, session, USER_NAME, holder, size) === 0) return false;
    const pointer = holder.readBigUInt64LE(0);
    try {
      return this.bridge.koffi.decode.string16(pointer) !== '';
    } finally {
      free(pointer);
    }
  }

  private async show(
    session: number,
    { title, text, timeoutSeconds }: Notice,
    buttons: number,
    waits: boolean,
  ): Promise<number> {
    const { send } = this.wts();
    const head = Buffer.from(title, 'utf16le');
    const words = Buffer.from(text, 'utf16le');
    const response = Buffer.alloc(4);
    const done = await inBackground(
      send,
      ...([THIS_SERVER, session, head, head.length, words, words.length] as const),
      ...([buttons | LOOK, timeoutSeconds, response, waits ? 1 : 0] as const),
    );
    if (done === 0) throw new Unavailable(`The session ${session}`, 'Windows showed nothing there');
    return response.readUInt32LE(0);
  }

  private wts(): Functions {
    const { bridge } = this;
    try {
      return (this.functions ??= {
        enumerate: bridge.bind(
          'wtsapi32',
          'int WTSEnumerateSessionsW(uint64 server, uint32 reserved, uint32 version, void *sessions, void *count)',
        ),
        query: bridge.bind(
          'wtsapi32',
          'int WTSQuerySessionInformationW(uint64 server, uint32 session, int kind, void *buffer, void *size)',
        ),
        send: bridge.bind(
          'wtsapi32',
          'int WTSSendMessageW(uint64 server, uint32 session, void *title, uint32 titleSize, void *text, uint32 textSize, uint32 style, uint32 timeout, void *response, int wait)',
        ),
        free: bridge.bind('wtsapi32', 'void WTSFreeMemory(uint64 memory)'),
      });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Unavailable('Who is signed in', reason);
    }
  }
}
