import {
  type OnGatewayConnection,
  type OnGatewayDisconnect,
  type OnGatewayInit,
  WebSocketGateway,
} from '@nestjs/websockets';
import { SOCKET_PATH } from '@fleetmend/client-protocol';
import { CHANGES, type Changes, DASHBOARD_NAMESPACE } from '@fleetmend/dashboard-api';
import { Inject, type OnModuleInit } from '@nestjs/common';
import type { Namespace, Socket } from 'socket.io';
import { type Config, CONFIG } from '../../platform/config';
import { Events } from '../../platform/events';
import { Logger } from '../../platform/logging';
import { forgetHandshake, HandshakeError } from '../../platform/realtime';
import { isFromOurPages, SessionsService } from '../users';
import { LiveService } from './live.service';

type NoEvents = Record<string, never>;
type Told = Record<typeof CHANGES, (changes: Changes) => void>;
interface Data {
  sessionId?: string;
}
type ServerSocket = Socket<NoEvents, Told, NoEvents, Data>;

/** Where dashboards listen. A socket lives as long as the session of its cookie. */
@WebSocketGateway({ namespace: DASHBOARD_NAMESPACE, path: SOCKET_PATH })
export class DashboardGateway
  implements OnGatewayInit, OnGatewayConnection, OnGatewayDisconnect, OnModuleInit
{
  private readonly bySession = new Map<string, Set<ServerSocket>>();

  constructor(
    private readonly live: LiveService,
    private readonly sessions: SessionsService,
    private readonly events: Events,
    private readonly logger: Logger,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.events.on('sessions-ended', ({ sessionIds }) => {
      for (const id of sessionIds) {
        for (const socket of this.bySession.get(id) ?? []) socket.disconnect(true);
      }
    });
    this.events.on('events-missed', async () => {
      // One after the other: dashboards are few.
      for (const [id, sockets] of this.bySession) await this.checkSession(id, sockets);
    });
  }

  afterInit(namespace: Namespace<NoEvents, Told, NoEvents, Data>): void {
    namespace.use((socket, next) => {
      this.admit(socket).then(
        () => {
          next();
        },
        (error: unknown) => {
          next(this.refusal(error));
        },
      );
    });
    this.live.toldTo((changes) => {
      namespace.emit(CHANGES, changes);
    });
  }

  async handleConnection(socket: ServerSocket): Promise<void> {
    const id = socket.data.sessionId ?? '';
    const sockets = this.bySession.get(id) ?? new Set();
    this.bySession.set(id, sockets.add(socket));
    // The session may have ended between its check and now.
    await this.checkSession(id, [socket]);
  }

  handleDisconnect(socket: ServerSocket): void {
    const id = socket.data.sessionId ?? '';
    const sockets = this.bySession.get(id);
    sockets?.delete(socket);
    if (sockets?.size === 0) this.bySession.delete(id);
  }

  /** Closes sockets whose session is over. Where that can't be told, the dashboard comes again. */
  private async checkSession(id: string, sockets: Iterable<ServerSocket>): Promise<void> {
    const live = await this.sessions.isLive(id).catch((error: unknown) => {
      this.logger.warn({ err: error }, 'a session could not be looked up');
      return false;
    });
    if (!live) for (const socket of sockets) socket.disconnect(true);
  }

  private async admit(socket: ServerSocket): Promise<void> {
    const { headers } = socket.handshake;
    if (!isFromOurPages(headers, this.config.publicUrl)) {
      throw new HandshakeError('cross-site-request');
    }
    const found = await this.sessions.find(headers.cookie);
    if (!found) throw new HandshakeError('unauthenticated');
    socket.data.sessionId = found.live.id;
    forgetHandshake(socket);
  }

  private refusal(error: unknown): HandshakeError {
    if (error instanceof HandshakeError) return error;
    this.logger.error({ err: error }, 'a dashboard could not be let in');
    return new HandshakeError('server-busy');
  }
}
