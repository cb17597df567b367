import type { WsMessageHandler } from '@nestjs/common';
import { AbstractWsAdapter } from '@nestjs/websockets';
import { MAX_MESSAGE_BYTES, SOCKET_PATH } from '@fleetmend/client-protocol';
import { isObservable, lastValueFrom } from 'rxjs';
import { type Namespace, Server, type Socket } from 'socket.io';
import type { Logger } from '../logging';

/** A dead peer is found after both: 85 s. Each ping of an idle fleet costs CPU, so they are rare. */
const PING_INTERVAL = 60_000;
const PING_TIMEOUT = 25_000;
/** Who connects and joins no namespace is let go after this, in ms. */
const CONNECT_TIMEOUT = 10_000;

interface NamespaceOptions {
  readonly namespace?: string;
  readonly server?: Server;
}

/**
 * socket.io for Nest's gateways, as lean as it gets: WebSocket only, no compression (230 KiB a connection), and
 * messages bound with `socket.on` where Nest would build an rxjs pipeline for each message and socket (4 KiB apiece).
 */
export class SocketAdapter extends AbstractWsAdapter {
  constructor(
    app: ConstructorParameters<typeof AbstractWsAdapter>[0],
    private readonly logger: Logger,
  ) {
    super(app);
  }

  /** One server for all namespaces; a socket that asks for none that exists is refused by socket.io. */
  create(_port: number, options: NamespaceOptions = {}): Server | Namespace {
    if (options.server && options.namespace !== undefined) {
      return options.server.of(options.namespace);
    }
    return new Server(this.httpServer as ConstructorParameters<typeof Server>[0], {
      path: SOCKET_PATH,
      serveClient: false,
      transports: ['websocket'],
      allowUpgrades: false,
      perMessageDeflate: false,
      httpCompression: false,
      pingInterval: PING_INTERVAL,
      pingTimeout: PING_TIMEOUT,
      connectTimeout: CONNECT_TIMEOUT,
      // Gateways refuse what is above MAX_MESSAGE_BYTES by name; far above it the connection is cut.
      maxHttpBufferSize: 2 * MAX_MESSAGE_BYTES,
    });
  }

  /** The callbacks run Nest's pipeline; what they answer goes to the acknowledgement. */
  bindMessageHandlers(socket: Socket, handlers: WsMessageHandler[]): void {
    for (const { message, callback } of handlers) {
      socket.on(message, (data: unknown, acknowledge?: unknown) => {
        void this.answer(callback, data, acknowledge);
      });
    }
  }

  private async answer(
    callback: WsMessageHandler['callback'],
    data: unknown,
    acknowledge: unknown,
  ): Promise<void> {
    try {
      const result: unknown = await callback(data);
      const answer: unknown = isObservable(result)
        ? await lastValueFrom(result, { defaultValue: undefined })
        : result;
      if (typeof acknowledge === 'function') (acknowledge as (value: unknown) => void)(answer);
    } catch (error) {
      this.logger.error({ err: error }, 'a socket message could not be answered');
    }
  }
}

/**
 * Lets go of what is only needed until a socket is accepted: the HTTP request of its start and the handshake, which
 * hold 30 KiB and secrets.
 */
export function forgetHandshake(socket: Socket): void {
  (socket.conn as { request: unknown }).request = null;
  const { handshake } = socket;
  handshake.headers = {};
  handshake.auth = {};
  handshake.query = {};
}
