import {
  clockSkewSchema,
  type Handshake,
  MACHINES_NAMESPACE,
  ORDERS_WAITING,
  PROTOCOL_VERSION,
  SOCKET_PATH,
  UPDATE_WAITING,
} from '@fleetmend/client-protocol';
import { Manager, type Socket } from 'socket.io-client';
import { type Clock } from '../clock';
import { type Log, reasonOf } from '../log';
import { type Identity } from '../state/identity';
import { CLIENT_VERSION } from '../version';
import { BackOff } from './back-off';
import { makeProof } from './proof';
import { type ServerClock } from './server-clock';

/** The server refused the handshake, or couldn't be reached. */
export class ConnectFailed extends Error {
  constructor(
    readonly reason: string,
    readonly serverTime?: Date,
  ) {
    super(reason);
    this.name = 'ConnectFailed';
  }
}

/** The connection ended, or doesn't answer, while something was asked. */
export class ConnectionLost extends Error {
  constructor(reason: string) {
    super(`The connection to the server was lost: ${reason}.`);
    this.name = 'ConnectionLost';
  }
}

/** A connection that stands. */
export interface Session {
  /** Sends a message and waits for its acknowledgement. Throws {@link ConnectionLost}; then the session is over. */
  ask(event: string, message: object): Promise<unknown>;
  /** Aborted when the connection has ended. */
  readonly ended: AbortSignal;
}

export interface ConnectionEvents {
  /** A connection stands: sends what waits until `session.ended`. What it throws ends the session. */
  connected(session: Session): Promise<void>;
  /** The server nudges: orders wait. */
  ordersWaiting(): void;
  /** The server nudges: a release may wait. */
  updateWaiting(): void;
  /** The handshake was refused, and why. */
  refused?(reason: string): void;
  /** For `status`: what there is to say about the connection. */
  changed(status: ConnectionStatus): void;
}

export interface ConnectionStatus {
  readonly state: 'connected' | 'disconnected';
  readonly message: string;
}

/** Far more than any answer holds: all orders that wait, or all ids of a message. A larger one ends the connection. */
const ENGINE_LIMITS = { maxPayload: 4_000_000 };
const CONNECT_TIMEOUT_MS = 20_000;
const ACKNOWLEDGEMENT_TIMEOUT_MS = 30_000;
/** After a connection of this length the next wait is short again. */
const STABLE_MS = 60_000;
const PEOPLE_MUST_ACT_MS = 300_000;

/** Refusals that only people can cure: they are asked again rarely, and said in words. */
const FOR_PEOPLE: Readonly<Record<string, string>> = {
  'bad-proof':
    "The server doesn't accept this machine's key. Its key or the server's id may have been replaced.",
  'unknown-machine': "The server doesn't know this machine. Enrol it again.",
  'retired-machine': 'An administrator has retired this machine on the server.',
  'cloned-key':
    'The key of this computer belongs to another one, from which it was copied. It asks for its own.',
  'unsupported-protocol':
    "The server doesn't speak the protocol of this client. Update the client.",
  'malformed-handshake':
    'The server finds the handshake of this client malformed. Update the client.',
};

/** Keeps one connection to the server, for as long as it may; waits with full jitter between attempts. */
export class Connection {
  private readonly backOff: BackOff;

  constructor(
    private readonly identity: Identity,
    private readonly serverClock: ServerClock,
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly waits: { readonly baseMs: number; readonly capMs: number },
    private readonly events: ConnectionEvents,
    /** What the handshake says beside the proof. */
    private readonly greeting: Pick<Handshake, 'instanceId' | 'hints'> = {},
  ) {
    this.backOff = new BackOff(waits.baseMs, waits.capMs);
  }

  /** Connects again and again until `stop`. Never rejects. */
  async run(stop: AbortSignal): Promise<void> {
    let skewCorrected = false;
    const isEnding = () => stop.aborted;
    while (!isEnding()) {
      let wait: number;
      try {
        const began = performance.now();
        const reason = await this.live(stop);
        skewCorrected = false;
        if (performance.now() - began > STABLE_MS) this.backOff.reset();
        wait = this.backOff.next();
        if (!isEnding()) this.tell('disconnected', `The connection ended: ${reason}.`);
      } catch (error) {
        const again = this.explain(error, skewCorrected);
        skewCorrected = again === 0 && !skewCorrected;
        wait = again;
      }
      if (!isEnding() && wait > 0) await this.clock.sleep(wait, stop);
    }
  }

  /** Something was accepted: the server is well, the next wait is short. */
  thrives(): void {
    this.backOff.reset();
  }

  /** One connection from its beginning to its end; resolves with why it ended. */
  private async live(stop: AbortSignal): Promise<string> {
    const socket = await this.connect(stop);
    const ended = new AbortController();
    const over = new Promise<string>((resolve) => {
      const finish = (reason: string) => {
        if (ended.signal.aborted) return;
        ended.abort();
        resolve(reason);
      };
      socket.on('disconnect', finish);
      const end = () => {
        finish('the client ends');
      };
      // `stop` lives as long as the client, and connections come and go.
      stop.addEventListener('abort', end, { signal: ended.signal });
      if (stop.aborted) end();
      this.serverClock.confirm();
      this.tell('connected', `Connected to ${this.identity.serverUrl}.`);
      socket.on(ORDERS_WAITING, () => {
        this.events.ordersWaiting();
      });
      socket.on(UPDATE_WAITING, () => {
        this.events.updateWaiting();
      });
      this.events.connected(sessionOf(socket, ended.signal)).catch((error: unknown) => {
        if (!(error instanceof ConnectionLost)) this.log.error('The session failed.', { error });
        finish(reasonOf(error));
      });
    });
    const reason = await over;
    socket.disconnect();
    socket.io._close();
    return reason;
  }

  private async connect(stop: AbortSignal): Promise<Socket> {
    const proof = await makeProof(this.identity, this.serverClock.now());
    const manager = new Manager(this.identity.serverUrl, {
      ...ENGINE_LIMITS,
      path: SOCKET_PATH,
      transports: ['websocket'],
      reconnection: false,
      autoConnect: false,
      timeout: CONNECT_TIMEOUT_MS,
    });
    const socket = manager.socket(MACHINES_NAMESPACE, {
      auth: { protocol: PROTOCOL_VERSION, clientVersion: CLIENT_VERSION, proof, ...this.greeting },
    });
    const giveUp = AbortSignal.any([stop, AbortSignal.timeout(CONNECT_TIMEOUT_MS)]);
    return new Promise((resolve, reject) => {
      const fail = (reason: string, serverTime?: Date) => {
        socket.disconnect();
        manager._close();
        reject(new ConnectFailed(reason, serverTime));
      };
      giveUp.addEventListener('abort', () => {
        if (!socket.connected) fail('no answer');
      });
      socket.on('connect', () => {
        resolve(socket);
      });
      socket.on('connect_error', (error: Error & { data?: unknown }) => {
        const skew = clockSkewSchema.safeParse(error.data);
        fail(error.message, skew.success ? new Date(skew.data.serverTime) : undefined);
      });
      socket.connect();
    });
  }

  /** Says why the attempt failed; returns how long to wait, in milliseconds. */
  private explain(error: unknown, skewCorrected: boolean): number {
    if (!(error instanceof ConnectFailed)) {
      this.log.error('The connection could not be tried.', { error });
      return this.backOff.next();
    }
    if (error.reason === 'clock-skew' && error.serverTime) {
      this.serverClock.set(error.serverTime);
      const seconds = Math.round(this.serverClock.offsetMs() / 1000);
      const direction = seconds > 0 ? 'behind' : 'ahead of';
      this.tell(
        'disconnected',
        `The clock of this machine is ${Math.abs(seconds)} seconds ${direction} the server's. The client makes allowance for it.`,
      );
      return skewCorrected ? this.backOff.next() : 0;
    }
    this.events.refused?.(error.reason);
    const forPeople = FOR_PEOPLE[error.reason];
    this.tell('disconnected', forPeople ?? `The server can't be reached: ${error.reason}.`);
    if (forPeople === undefined) return this.backOff.next();
    const cap = Math.max(this.waits.capMs, Math.min(PEOPLE_MUST_ACT_MS, this.waits.capMs * 5));
    return Math.floor(Math.random() * cap);
  }

  private tell(state: ConnectionStatus['state'], message: string): void {
    this.log[state === 'connected' ? 'info' : 'warn'](message);
    this.events.changed({ state, message });
  }
}

function sessionOf(socket: Socket, ended: AbortSignal): Session {
  return {
    ended,
    ask: (event, message) =>
      new Promise((resolve, reject) => {
        const lost = () => {
          reject(new ConnectionLost('it ended'));
        };
        if (ended.aborted) {
          lost();
          return;
        }
        ended.addEventListener('abort', lost, { once: true });
        socket
          .timeout(ACKNOWLEDGEMENT_TIMEOUT_MS)
          .emitWithAck(event, message)
          .then(resolve, () => {
            reject(new ConnectionLost(`no acknowledgement of "${event}"`));
          })
          .finally(() => {
            ended.removeEventListener('abort', lost);
          });
      }),
  };
}
