import { SOCKET_PATH } from '@fleetmend/client-protocol';
import { once } from 'node:events';
import { WebSocket } from 'ws';

/** Why a socket was not let in: `connect_error` of a real client. */
export class Refused extends Error {
  constructor(
    message: string,
    readonly data: unknown,
  ) {
    super(message);
  }
}

/** A client of a socket.io namespace, written down to the wire, as the protocol's page describes it. */
export class TestSocket {
  private acknowledgements = new Map<number, (answer: unknown) => void>();
  private messages: [string, unknown][] = [];
  private heard: (() => void)[] = [];
  private lastId = 0;
  /** Resolves when the connection is over. */
  readonly closed: Promise<unknown>;

  private constructor(
    private readonly socket: WebSocket,
    private readonly namespace: string,
  ) {
    this.closed = once(socket, 'close');
  }

  /** Connects, or throws {@link Refused}. */
  static async connect(
    address: string,
    namespace: string,
    auth: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<TestSocket> {
    const url = `${address.replace('http', 'ws')}${SOCKET_PATH}/?EIO=4&transport=websocket`;
    const socket = new WebSocket(url, { headers });
    const client = new TestSocket(socket, namespace);
    return new Promise((resolve, reject) => {
      socket.on('error', reject);
      socket.on('close', () => {
        reject(new Error('The connection was closed.'));
      });
      socket.on('message', (data: Buffer) => {
        const packet = data.toString();
        if (packet.startsWith('0')) socket.send(`40${namespace},${JSON.stringify(auth ?? {})}`);
        else if (packet === '2') socket.send('3');
        else if (packet.startsWith(`40${namespace},`)) resolve(client);
        else if (packet.startsWith(`44${namespace},`)) {
          const refusal = client.body(packet) as { message: string; data: unknown };
          socket.close();
          reject(new Refused(refusal.message, refusal.data));
        } else client.receive(packet);
      });
    });
  }

  /** Sends a message and answers its acknowledgement. */
  ask(message: string, content: unknown): Promise<unknown> {
    const id = this.lastId++;
    this.socket.send(`42${this.namespace},${id}${JSON.stringify([message, content])}`);
    return new Promise((resolve) => this.acknowledgements.set(id, resolve));
  }

  /** The next message of this name, its content, that has come or will come. */
  async next(message: string): Promise<unknown> {
    for (;;) {
      const index = this.messages.findIndex(([name]) => name === message);
      const [found] = index < 0 ? [] : this.messages.splice(index, 1);
      if (found) return found[1];
      await new Promise<void>((resolve) => this.heard.push(resolve));
    }
  }

  /** Whether a message of this name has come that nobody has asked for yet. */
  has(message: string): boolean {
    return this.messages.some(([name]) => name === message);
  }

  /** Says goodbye. */
  async close(): Promise<void> {
    this.socket.close();
    await this.closed;
  }

  private receive(packet: string): void {
    const type = packet.slice(0, 2);
    if (type === '43') {
      const id = Number(/^\d+/.exec(packet.slice(`43${this.namespace},`.length))?.[0]);
      this.acknowledgements.get(id)?.((this.body(packet) as unknown[])[0]);
      this.acknowledgements.delete(id);
    } else if (type === '42') {
      this.messages.push(this.body(packet) as [string, unknown]);
      for (const heard of this.heard.splice(0)) heard();
    }
  }

  private body(packet: string): unknown {
    return JSON.parse(packet.slice(`4x${this.namespace},`.length).replace(/^\d+/, ''));
  }
}
