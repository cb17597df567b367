import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

/** A real HTTP proxy that knows CONNECT. Whatever name it is asked for, it leads to one port of this computer. */
export class ConnectProxy {
  /** What it was asked to connect to. */
  readonly asked: string[] = [];
  /** Required, when set: "user:password". */
  credentials: string | undefined;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly port: number,
  ) {
    server.on('connection', (socket) => {
      this.keep(socket);
    });
    server.on('connect', ({ url = '', headers }, socket: Socket) => {
      this.asked.push(url);
      this.answer(headers['proxy-authorization'], socket);
    });
  }

  static async to(port: number): Promise<ConnectProxy> {
    const server = createServer((_, response) => response.writeHead(400).end());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new ConnectProxy(server, port);
  }

  /** `host:port` */
  get address(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private answer(authorization: string | undefined, socket: Socket): void {
    const basic = `Basic ${Buffer.from(this.credentials ?? '').toString('base64')}`;
    if (this.credentials !== undefined && authorization !== basic) {
      socket.end('HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm="test"\r\n\r\n');
      return;
    }
    const onward = this.keep(connect(this.port, '127.0.0.1'));
    socket.on('close', () => onward.destroy());
    onward.on('close', () => socket.destroy());
    onward.on('connect', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.pipe(onward).pipe(socket);
    });
  }

  private keep(socket: Socket): Socket {
    this.sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.sockets.delete(socket));
    return socket;
  }
}
