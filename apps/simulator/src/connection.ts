import {
  FETCH_ORDERS,
  type Handshake,
  MACHINES_NAMESPACE,
  MAX_MESSAGE_BYTES,
  MAX_REPORTS,
  ORDERS_WAITING,
  PROTOCOL_VERSION,
  REPORTS,
  SOCKET_PATH,
  fetchOrdersAckSchema,
  reportsAckSchema,
} from '@fleetmend/client-protocol';
import { CLIENT_VERSION, type Random } from '@fleetmend/simulation';
import { setTimeout as wait } from 'node:timers/promises';
import { type Socket, io } from 'socket.io-client';
import { Backoff } from './backoff';
import type { Misfortune } from './faults';
import { type Identity, proofOf } from './identity';
import type { Outbox } from './outbox';

/** How long an acknowledgement may take, in milliseconds. */
const ACK_TIMEOUT = 30_000;

/** How long a connection must stand for its successor to begin without delay, in milliseconds. */
const STEADY = 60_000;

/** Refusals that only people can do something about: try again, but rarely. */
const LASTING = new Set([
  'bad-proof',
  'retired-machine',
  'unsupported-protocol',
  'malformed-handshake',
]);

/** How one connection went. */
interface Outcome {
  readonly refusal?: string;
  /** How long it stood, in milliseconds. */
  readonly stood: number;
}

export interface ConnectionOptions {
  readonly server: URL;
  readonly identity: Identity;
  /** What its handshakes say beside the proof. */
  readonly greeting: Pick<Handshake, 'instanceId' | 'hints'>;
  readonly outbox: Outbox;
  readonly random: Random;
  readonly misfortune: Misfortune;
  /** The runs of which the server has accepted everything. */
  readonly settledRuns: () => ReadonlySet<string>;
  /** `settled` is what {@link settledRuns} gave when these orders were asked for. */
  readonly onOrders: (orders: readonly string[], settled: ReadonlySet<string>) => Promise<void>;
  readonly onConnected?: (connected: boolean) => void;
  readonly onRejected?: (messages: readonly string[]) => void;
}

/** The connection of one machine: comes back by itself, empties the outbox, fetches orders. */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #backoff: Backoff;
  #socket: Socket | undefined;
  #sending = false;
  #rest = 0;
  #signal = new AbortController().signal;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#backoff = new Backoff(() => options.random.next());
    options.outbox.onAdded(() => {
      void this.#send();
    });
  }

  /** Cuts the connection; {@link run} makes another one, after `rest` milliseconds at the earliest. */
  cut(rest = 0): void {
    // One that is being made would never say that it is over.
    if (this.#socket?.connected !== true) return;
    this.#rest = rest;
    this.#socket.disconnect();
  }

  /** Stays connected until `signal`, or until the server doesn't know this machine, or takes its key for a copied one. */
  async run(signal: AbortSignal): Promise<'stopped' | 'unknown-machine' | 'cloned-key'> {
    this.#signal = signal;
    while (!signal.aborted) {
      const { refusal, stood } = await this.#connect(signal);
      if (refusal === 'unknown-machine' || refusal === 'cloned-key') return refusal;
      // Who went by itself, and not because of the server, comes back without delay.
      if (stood >= STEADY || this.#rest > 0) this.#backoff.reset();
      const pause = LASTING.has(refusal ?? '') ? this.#backoff.longest() : this.#backoff.next();
      await this.#wait(pause + this.#rest);
      this.#rest = 0;
    }
    return 'stopped';
  }

  async #connect(signal: AbortSignal): Promise<Outcome> {
    const { server, identity, greeting, onConnected } = this.#options;
    const proof = await proofOf(identity);
    if (signal.aborted) return { stood: 0 };
    const socket = io(new URL(MACHINES_NAMESPACE, server).href, {
      path: SOCKET_PATH,
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      auth: { protocol: PROTOCOL_VERSION, clientVersion: CLIENT_VERSION, proof, ...greeting },
    });
    this.#socket = socket;
    const close = () => socket.disconnect();
    signal.addEventListener('abort', close, { once: true });
    let since = 0;
    try {
      return await new Promise<Outcome>((resolve) => {
        socket.on('connect', () => {
          since = Date.now();
          onConnected?.(true);
          void this.#fetchOrders();
          void this.#send();
        });
        socket.on(ORDERS_WAITING, () => void this.#fetchOrders());
        socket.on('connect_error', ({ message }) => {
          resolve({ refusal: message, stood: 0 });
        });
        socket.on('disconnect', () => {
          resolve({ stood: Date.now() - since });
        });
        // A socket that is closed before it was open tells nobody.
        signal.addEventListener(
          'abort',
          () => {
            resolve({ stood: 0 });
          },
          { once: true },
        );
      });
    } finally {
      signal.removeEventListener('abort', close);
      socket.removeAllListeners();
      socket.disconnect();
      this.#socket = undefined;
      if (since > 0) onConnected?.(false);
    }
  }

  async #fetchOrders(): Promise<void> {
    const settled = this.#options.settledRuns();
    const answer = await this.#ask(FETCH_ORDERS, {});
    const ack = fetchOrdersAckSchema.safeParse(answer);
    if (!ack.success || !ack.data.ok) {
      this.cut();
      return;
    }
    await this.#options.onOrders(ack.data.orders, settled);
  }

  /** Sends message after message until the outbox is empty; one at a time. */
  async #send(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    try {
      while (this.#socket?.connected === true && (await this.#sendSome()));
    } finally {
      this.#sending = false;
    }
  }

  /** Gives whether it makes sense to send on at once. */
  async #sendSome(): Promise<boolean> {
    const { outbox, misfortune, onRejected } = this.#options;
    const batch = outbox.oldest(MAX_REPORTS, MAX_MESSAGE_BYTES / 2);
    if (batch.length === 0) return false;
    const answering = this.#ask(REPORTS, { reports: misfortune.distort(batch, MAX_REPORTS) });
    if (misfortune.strikes('disconnects')) this.cut();
    const ack = reportsAckSchema.safeParse(await answering);
    if (ack.success && !ack.data.ok && /^server-/.test(ack.data.code)) {
      await this.#wait(this.#backoff.next());
      return true;
    }
    if (!ack.success || !ack.data.ok) {
      this.cut();
      return false;
    }
    if (misfortune.strikes('drop-acks')) {
      await this.#wait(this.#backoff.next());
      return true;
    }
    this.#backoff.reset();
    outbox.settle(ack.data);
    if (ack.data.rejected.length > 0) {
      onRejected?.(ack.data.rejected.map(({ message }) => message));
    }
    return true;
  }

  /** Gives the acknowledgement, or nothing where none came. */
  async #ask(message: string, content: object): Promise<unknown> {
    const socket = this.#socket;
    if (socket === undefined) return undefined;
    return socket
      .timeout(ACK_TIMEOUT)
      .emitWithAck(message, content)
      .catch(() => undefined);
  }

  async #wait(milliseconds: number): Promise<void> {
    await wait(milliseconds, undefined, { signal: this.#signal }).catch(() => undefined);
  }
}
