import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

/** What a proxy does with a CONNECT: opens the tunnel, answers a status, says nothing at all, or hangs up. */
export type ProxyManner =
  | 'tunnel'
  | 'silence'
  | 'hang-up'
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    };

/** A real HTTP proxy that knows CONNECT and nothing else. */
export class TestProxy {
  manner: ProxyManner = 'tunnel';
  /** Required, when set: "user:password". */
  credentials: string | undefined;
  /** What it was asked to connect to. */
  readonly asked: string[] = [];
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {
    server.on('connection', (socket) => {
      this.keep(socket);
    });
    server.on('connect', (request, socket: Socket) => {
      this.asked.push(request.url ?? '');
      this.answer(request.url ?? '', request.headers['proxy-authorization'], socket);
    });
  }

  static async start(): Promise<TestProxy> {
    const server = createServer((_, response) => response.writeHead(400).end());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new TestProxy(server);
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Tunnels and connections that are open. */
  get open(): number {
    return this.sockets.size;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private answer(target: string, authorization: string | undefined, socket: Socket): void {
    const { manner, credentials } = this;
    if (manner === 'silence') return;
    if (manner === 'hang-up') {
      socket.destroy();
      return;
    }
    const basic = `Basic ${Buffer.from(credentials ?? '').toString('base64')}`;
    if (credentials !== undefined && authorization !== basic) {
      socket.end(
        'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="spec, of course", NTLM\r\n\r\n',
      );
      return;
    }
    if (manner !== 'tunnel') {
      const headers = Object.entries(manner.headers ?? {}).map((header) => header.join(': '));
      socket.end([`HTTP/1.1 ${manner.status} x`, ...headers, '', manner.body ?? ''].join('\r\n'));
      return;
    }
    const [host = '', port = ''] = target.split(/:(?=\d+$)/);
    const onward = this.keep(connect(Number(port), host));
    socket.on('close', () => onward.destroy());
    onward.on('close', () => socket.destroy());
    onward.on('connect', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
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
