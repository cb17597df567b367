import {
  clockSkewSchema,
  type Handshake,
  MACHINES_NAMESPACE,
  PROTOCOL_VERSION,
  retryAfterSchema,
  SOCKET_PATH,
} from '@fleetmend/client-protocol';
import { Manager, type Socket } from 'socket.io-client';
import { CLIENT_VERSION } from '../version';
import { NoAnswer } from './diagnosis';
import { type Route } from './route';
import { transportOver } from './transport';

/** The server answered, and refused the handshake. */
export class HandshakeRefused extends Error {
  constructor(
    /** The protocol's word: `server-busy`, `unknown-machine` … */
    readonly code: string,
    /** With `clock-skew`. */
    readonly serverTime: Date | undefined,
    /** With `server-busy`: how long to stay away. */
    readonly retryAfterSeconds: number | undefined,
  ) {
    super(code);
    this.name = 'HandshakeRefused';
  }
}

/** Far more than any answer holds: all orders that wait, or all ids of a message. A larger one ends the connection. */
const LARGEST_MESSAGE = 4_000_000;
const LONGEST_CODE = 100;

/**
 * Tries once to connect. Throws {@link HandshakeRefused}, or what went wrong on the way there as Node says it, which
 * `diagnose` understands.
 */
export function connectOver(
  route: Route,
  greeting: Pick<Handshake, 'proof' | 'instanceId' | 'hints'>,
  timeoutMs: number,
  stop: AbortSignal,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const limits = { maxPayload: LARGEST_MESSAGE, handshakeTimeout: timeoutMs };
    const fail = (error: Error) => {
      if (socket.connected) return;
      socket.disconnect();
      manager._close();
      reject(error);
    };
    const manager = new Manager(route.server, {
      path: SOCKET_PATH,
      transports: [transportOver(route, limits, fail)],
      reconnection: false,
      autoConnect: false,
      // Of the two limits the one below is to be first.
      timeout: 2 * timeoutMs,
    });
    const socket = manager.socket(MACHINES_NAMESPACE, {
      auth: { protocol: PROTOCOL_VERSION, clientVersion: CLIENT_VERSION, ...greeting },
    });
    const giveUp = AbortSignal.any([stop, AbortSignal.timeout(timeoutMs)]);
    giveUp.addEventListener('abort', () => {
      fail(new NoAnswer());
    });
    socket.on('connect', () => {
      resolve(socket);
    });
    socket.on('connect_error', (error: Error & { data?: unknown }) => {
      fail(wasRefusal(error) ? refusalOf(error) : error);
    });
    socket.connect();
  });
}

/** A refusal comes from the server's middleware; socket.io's own errors say what they are. */
function wasRefusal(error: Error): boolean {
  return !('type' in error && error.type === 'TransportError');
}

function refusalOf({ message, data }: Error & { readonly data?: unknown }): HandshakeRefused {
  const skew = clockSkewSchema.safeParse(data);
  const retry = retryAfterSchema.safeParse(data);
  return new HandshakeRefused(
    message.slice(0, LONGEST_CODE),
    skew.success ? new Date(skew.data.serverTime) : undefined,
    retry.success ? retry.data.retryAfterSeconds : undefined,
  );
}
