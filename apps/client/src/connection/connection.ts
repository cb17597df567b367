import {
  FETCH_ORDERS,
  type Handshake,
  ORDERS_WAITING,
  retryAfterSchema,
  SERVER_CLOSING,
  UPDATE_WAITING,
} from '@fleetmend/client-protocol';
import { type Socket } from 'socket.io-client';
import { type Clock } from '../clock';
import { type Log, reasonOf } from '../log';
import { type Identity } from '../state/identity';
import { connectOver, HandshakeRefused } from './attempt';
import { diagnose } from './diagnosis';
import { type Pauses } from './pauses';
import { makeProof } from './proof';
import { type Route } from './route';
import { type RouteFinder } from './route-finder';
import { type ServerClock } from './server-clock';
import { ConnectionLost, type Session, sessionOf } from './session';

export { ConnectionLost, type Session } from './session';

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
  /** Why there is no connection, for programs: a {@link Problem}, or the server's refusal. */
  readonly problem?: string | undefined;
}

export interface ConnectionParts {
  readonly identity: Identity;
  readonly serverClock: ServerClock;
  readonly pauses: Pauses;
  readonly routes: Pick<RouteFinder, 'waysTo'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly events: ConnectionEvents;
  /** What the handshake says beside the proof. */
  readonly greeting?: Greeting | undefined;
  /** How long a connection may take to show that it has survived a change of the network; 10 seconds. */
  readonly probeMs?: number | undefined;
}

/** What a handshake may say beside the proof. */
export type Greeting = Pick<Handshake, 'instanceId' | 'hints'>;

/** How long to stay away, and whether a change of the network ends that early. */
interface Pause {
  readonly ms: number;
  readonly canHurry: boolean;
}

/** How long an attempt may take; one after a failure has more time, for the link may be slow. */
const FIRST_TIMEOUT_MS = 20_000;
const NEXT_TIMEOUT_MS = 60_000;
/** After a connection of this length the next wait is short again. */
const STABLE_MS = 60_000;
const PROBE_MS = 10_000;
/** A network that changes all the time doesn't make the client try all the time. */
const HURRY_AGAIN_MS = 20_000;
/** The same trouble is logged again after this. */
const SAY_AGAIN_MS = 3_600_000;

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
  private skewCorrected = false;
  private failures = 0;
  /** Ends the pause that is going on; there is none while a connection stands. */
  private endPause: (() => void) | undefined;
  /** Finds out whether the connection that stands is alive. */
  private probe: (() => void) | undefined;
  private hurriedAt = Number.NEGATIVE_INFINITY;
  /** What is wrong, and when it was said in the log. */
  private said: { readonly message: string; readonly at: number } | undefined;

  constructor(private readonly parts: ConnectionParts) {}

  /** Connects again and again until `stop`. Never rejects. */
  async run(stop: AbortSignal): Promise<void> {
    const isEnding = () => stop.aborted;
    await this.pause({ ms: this.parts.pauses.first(), canHurry: false }, stop);
    while (!isEnding()) {
      const pause = await this.attempt(stop);
      if (!isEnding()) await this.pause(pause, stop);
    }
  }

  /** Something was accepted: the server is well, the next wait is short. */
  thrives(): void {
    this.parts.pauses.thrives();
  }

  /** The network has changed or the machine woke up: what was out of reach may be there, what stands may be dead. */
  hurry(): void {
    const now = performance.now();
    if (now - this.hurriedAt < HURRY_AGAIN_MS) return;
    this.hurriedAt = now;
    this.endPause?.();
    this.probe?.();
  }

  private async pause({ ms, canHurry }: Pause, stop: AbortSignal): Promise<void> {
    if (ms <= 0) return;
    const { clock, pauses } = this.parts;
    const hurry = new AbortController();
    if (canHurry) {
      this.endPause = () => {
        hurry.abort();
      };
    }
    await clock.sleep(ms, AbortSignal.any([stop, hurry.signal]));
    this.endPause = undefined;
    if (hurry.signal.aborted) await clock.sleep(pauses.hurried(), stop);
  }

  /** One attempt, and the connection that comes of it; resolves with the pause after it. */
  private async attempt(stop: AbortSignal): Promise<Pause> {
    const { identity, pauses, routes, serverClock, greeting } = this.parts;
    pauses.begins();
    let route: Route | undefined;
    try {
      const ways = await routes.waysTo(identity.serverUrl, this.failures > 0);
      route = ways[this.failures % ways.length];
      if (!route) throw new Error('No way to the server is known.');
      const proof = await makeProof(identity, serverClock.now());
      const timeoutMs = this.failures === 0 ? FIRST_TIMEOUT_MS : NEXT_TIMEOUT_MS;
      const socket = await connectOver(route, { ...greeting, proof }, timeoutMs, stop);
      this.failures = 0;
      this.skewCorrected = false;
      return await this.live(socket, route, stop);
    } catch (error) {
      if (stop.aborted) return { ms: 0, canHurry: false };
      if (error instanceof HandshakeRefused) return this.refused(error);
      this.failures += 1;
      if (route) {
        const { problem, message } = diagnose(error, route, serverClock.evidence());
        this.tell({ state: 'disconnected', message, problem });
      } else this.parts.log.error('The connection could not be tried.', { error });
      return { ms: pauses.failed(), canHurry: true };
    }
  }

  /** A connection from its beginning to its end. */
  private async live(socket: Socket, route: Route, stop: AbortSignal): Promise<Pause> {
    const { serverClock, pauses, events, log } = this.parts;
    const ended = new AbortController();
    let farewell: number | undefined;
    const stable = setTimeout(() => {
      pauses.stands();
    }, STABLE_MS);
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
      serverClock.confirm();
      this.tell({ state: 'connected', message: `Connected to ${route.server}, ${route.words}.` });
      socket.on(ORDERS_WAITING, () => {
        events.ordersWaiting();
      });
      socket.on(UPDATE_WAITING, () => {
        events.updateWaiting();
      });
      socket.on(SERVER_CLOSING, (content: unknown) => {
        const parsed = retryAfterSchema.safeParse(content);
        if (parsed.success) farewell = parsed.data.retryAfterSeconds;
      });
      const session = sessionOf(socket, ended.signal);
      this.probe = () => {
        session.ask(FETCH_ORDERS, {}, this.parts.probeMs ?? PROBE_MS).catch((error: unknown) => {
          finish(reasonOf(error));
        });
      };
      events.connected(session).catch((error: unknown) => {
        if (!(error instanceof ConnectionLost)) log.error('The session failed.', { error });
        finish(reasonOf(error));
      });
    });
    const reason = await over;
    this.probe = undefined;
    clearTimeout(stable);
    socket.disconnect();
    socket.io._close();
    if (!stop.aborted) {
      const message = `The connection ended: ${farewell === undefined ? reason : 'the server was stopped'}.`;
      this.tell({ state: 'disconnected', message, problem: 'ended' });
    }
    return farewell === undefined
      ? { ms: pauses.failed(), canHurry: true }
      : { ms: pauses.directed(farewell), canHurry: false };
  }

  /** Says why the server refused. */
  private refused({ code, serverTime, retryAfterSeconds }: HandshakeRefused): Pause {
    const { serverClock, pauses, events } = this.parts;
    const isCorrected = this.skewCorrected;
    this.skewCorrected = false;
    if (code === 'clock-skew' && serverTime) {
      serverClock.set(serverTime);
      const seconds = Math.round(serverClock.offsetMs() / 1000);
      const direction = seconds > 0 ? 'behind' : 'ahead of';
      const message = `The clock of this machine is ${Math.abs(seconds)} seconds ${direction} the server's. The client makes allowance for it.`;
      this.tell({ state: 'disconnected', message, problem: code });
      this.skewCorrected = !isCorrected;
      return { ms: isCorrected ? pauses.failed() : 0, canHurry: true };
    }
    events.refused?.(code);
    const forPeople = FOR_PEOPLE[code];
    const message =
      forPeople ??
      (code === 'server-busy'
        ? 'The server is busy, and asks to be left alone for a while.'
        : `The server refused the connection: ${code}.`);
    this.tell({ state: 'disconnected', message, problem: code });
    if (forPeople !== undefined) return { ms: pauses.untilPeopleAct(), canHurry: false };
    if (retryAfterSeconds === undefined) return { ms: pauses.failed(), canHurry: false };
    return { ms: pauses.directed(retryAfterSeconds), canHurry: false };
  }

  private tell(status: ConnectionStatus): void {
    const { log, events } = this.parts;
    const { state, message, problem } = status;
    events.changed(status);
    if (state === 'connected') {
      log.info(message);
      this.said = undefined;
      return;
    }
    const now = performance.now();
    if (this.said?.message === message && now - this.said.at < SAY_AGAIN_MS) return;
    this.said = { message, at: now };
    log.warn(message, { problem });
  }
}
