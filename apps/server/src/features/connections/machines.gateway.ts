import {
  ConnectedSocket,
  MessageBody,
  type OnGatewayConnection,
  type OnGatewayDisconnect,
  type OnGatewayInit,
  SubscribeMessage,
  WebSocketGateway,
} from '@nestjs/websockets';
import {
  FETCH_ORDERS,
  type FetchOrdersAck,
  FETCH_UPDATE,
  type FetchUpdateAck,
  MACHINES_NAMESPACE,
  type Refusal,
  REPORTS,
  type ReportsAck,
  SOCKET_PATH,
} from '@fleetmend/client-protocol';
import type { Namespace, Socket } from 'socket.io';
import { QueueFull } from '../../platform/batching';
import { isUnavailable } from '../../platform/database';
import { Logger } from '../../platform/logging';
import { forgetHandshake, HandshakeError } from '../../platform/realtime';
import { ConnectionsService, type MachineConnection } from './connections.service';
import { HandshakesService, type ProvenMachine } from './handshakes.service';
import { KeyGuardService } from './key-guard.service';
import type { KeyUse } from './key-uses';
import { MessageLimits } from './message-limits';
import { MessagesService, type Sender } from './messages.service';

/** The socket of a machine, with what is known of it. */
class MachineSocket implements MachineConnection, Sender {
  number?: number;
  readonly limits = new MessageLimits();

  constructor(
    private readonly socket: Socket,
    readonly machineId: string,
    readonly clientVersion: string,
    readonly use: KeyUse,
  ) {}

  send(message: string, content?: object): void {
    this.socket.emit(message, ...(content === undefined ? [] : [content]));
  }

  close(): void {
    this.socket.disconnect(true);
  }
}

type NoEvents = Record<string, never>;
interface Data {
  connection?: MachineSocket;
}
type ServerSocket = Socket<NoEvents, NoEvents, NoEvents, Data>;

const KNOWN = new Set<string>([REPORTS, FETCH_ORDERS, FETCH_UPDATE]);

/** Where machines connect. Who they are is proved before the connection exists. */
@WebSocketGateway({ namespace: MACHINES_NAMESPACE, path: SOCKET_PATH })
export class MachinesGateway implements OnGatewayInit, OnGatewayConnection, OnGatewayDisconnect {
  constructor(
    private readonly handshakes: HandshakesService,
    private readonly keys: KeyGuardService,
    private readonly connections: ConnectionsService,
    private readonly messages: MessagesService,
    private readonly logger: Logger,
  ) {}

  afterInit(namespace: Namespace<NoEvents, NoEvents, NoEvents, Data>): void {
    namespace.use((socket, next) => {
      this.handshakes
        .check(socket.handshake.auth)
        .then((proven) => this.keys.admit(proven))
        .then(
          (proven) => {
            accept(socket, proven);
            next();
          },
          (error: unknown) => {
            next(this.refusal(error));
          },
        );
    });
  }

  handleConnection(socket: ServerSocket): void {
    socket.onAny(answerUnknown);
    this.connections.opened(connectionOf(socket));
  }

  handleDisconnect(socket: ServerSocket): void {
    this.connections.closed(connectionOf(socket));
  }

  @SubscribeMessage(REPORTS)
  reports(
    @ConnectedSocket() socket: ServerSocket,
    @MessageBody() message: unknown,
  ): Promise<ReportsAck> {
    return this.messages.takeReports(connectionOf(socket), message);
  }

  @SubscribeMessage(FETCH_ORDERS)
  fetchOrders(
    @ConnectedSocket() socket: ServerSocket,
    @MessageBody() message: unknown,
  ): Promise<FetchOrdersAck> {
    return this.messages.fetchOrders(connectionOf(socket), message);
  }

  @SubscribeMessage(FETCH_UPDATE)
  fetchUpdate(
    @ConnectedSocket() socket: ServerSocket,
    @MessageBody() message: unknown,
  ): Promise<FetchUpdateAck> {
    return this.messages.fetchUpdate(connectionOf(socket), message);
  }

  private refusal(error: unknown): HandshakeError {
    if (error instanceof HandshakeError) {
      this.logger.debug({ code: error.code }, 'a handshake is refused');
      return error;
    }
    // In a storm, or while the database is away, there are thousands of these.
    if (error instanceof QueueFull || isUnavailable(error)) {
      this.logger.debug({ err: error }, 'a handshake has to wait');
    } else {
      this.logger.error({ err: error }, 'a handshake could not be checked');
    }
    return new HandshakeError('server-busy');
  }
}

function accept(socket: ServerSocket, { machine, clientVersion, use }: ProvenMachine): void {
  socket.data.connection = new MachineSocket(socket, machine.id, clientVersion, use);
  forgetHandshake(socket);
}

function connectionOf(socket: ServerSocket): MachineSocket {
  const { connection } = socket.data;
  if (!connection) throw new Error('A socket was accepted that had not proved itself.');
  return connection;
}

/** Answers messages that this server doesn't know, so that a newer client isn't left waiting. */
function answerUnknown(message: string, ...rest: readonly unknown[]): void {
  const acknowledge = rest.at(-1);
  if (KNOWN.has(message) || typeof acknowledge !== 'function') return;
  const code = 'unsupported-message';
  const answer: Refusal = { ok: false, code, message: `This server has no "${message}".` };
  (acknowledge as (answer: Refusal) => void)(answer);
}
