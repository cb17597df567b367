import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo } from 'node:net';
import {
  enrolmentRequestSchema,
  type Handshake,
  handshakeSchema,
  MACHINES_NAMESPACE,
  ORDER_TYPE,
  type OrderClaims,
  type PublicKey,
  publicKeySchema,
  type Report,
  type ReEnrolmentRequest,
  reEnrolmentRequestSchema,
  reportSchema,
  reportsMessageSchema,
  SOCKET_PATH,
} from '@fleetmend/client-protocol';
import { decodeJwt, exportJWK, generateKeyPair, importJWK, jwtVerify, SignJWT } from 'jose';
import { type WebSocket, WebSocketServer } from 'ws';
import { type ServerCertificate } from './authority';

type KeyPair = Awaited<ReturnType<typeof generateKeyPair>>;

/** What the server does with the next handshake: nothing special, or a refusal. */
export type HandshakeAnswer = { readonly message: string; readonly data?: object } | undefined;

/**
 * The other side of the protocol, written by hand from docs/protocol.md: a real HTTP server with real WebSockets that
 * speak just enough of socket.io. Specs look at what arrived and decide what is answered.
 */
export class ProtocolServer {
  readonly serverId = randomUUID();
  readonly machineId = randomUUID();
  readonly token = 'fme_a-token-for-specs-only';
  /** Reports in the order of their arrival, each id once. */
  readonly reports: Report[] = [];
  /** Every message of reports, by ids, repetitions included. */
  readonly messages: string[][] = [];
  readonly proofs: string[] = [];
  orders: string[] = [];
  /** Answers to handshakes, one after the other; then all are accepted. */
  handshakes: HandshakeAnswer[] = [];
  /** What happens to a message of reports. `silence`: it is lost. */
  receive: (reports: readonly unknown[]) => object | 'silence' = () => ({});
  /** Cuts the next connection before it says a word. */
  cutNext = false;
  /** Loses what is not reports. */
  isDeaf = false;
  enrolment: { readonly status: number; readonly body: unknown } | undefined;
  /** Who asked for a key of its own, and what is answered: these in turn, then a machine for each. */
  readonly reEnrolments: ReEnrolmentRequest[] = [];
  reEnrolmentAnswers: { readonly status: number; readonly body: unknown }[] = [];
  /** The machine that sent each report, by the report's id. */
  readonly senders = new Map<string, string>();
  /** Every handshake as it came. */
  readonly greetings: Handshake[] = [];
  private readonly machineKeys = new Map<string, PublicKey>();
  private readonly machinesOf = new WeakMap<WebSocket, string>();
  private readonly sockets = new Set<WebSocket>();
  private readonly waiters = new Set<() => void>();

  private constructor(
    private readonly http: Server,
    private readonly keys: KeyPair,
    private readonly serverKey: PublicKey,
    private readonly scheme: 'http' | 'https',
  ) {
    const webSockets = new WebSocketServer({ noServer: true });
    http.on('upgrade', (request, socket, head) => {
      if (!request.url?.startsWith(`${SOCKET_PATH}/`)) {
        socket.destroy();
        return;
      }
      webSockets.handleUpgrade(request, socket, head, (webSocket) => {
        this.accept(webSocket);
      });
    });
    http.on('request', (request: IncomingMessage, response: ServerResponse) => {
      void this.answer(request, response);
    });
  }

  /** Speaks plain HTTP, or TLS with `certificate`. */
  static async start(port = 0, certificate?: ServerCertificate): Promise<ProtocolServer> {
    const keys = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
    const serverKey = publicKeySchema.parse(await exportJWK(keys.publicKey));
    const http = certificate ? createSecureServer(certificate) : createServer();
    http.listen(port, '127.0.0.1');
    await once(http, 'listening');
    return new ProtocolServer(http, keys, serverKey, certificate ? 'https' : 'http');
  }

  get url(): string {
    return `${this.scheme}://127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  get key(): PublicKey {
    return this.serverKey;
  }

  /** Knows the machine without an enrolment. */
  knows(publicKey: PublicKey): void {
    this.machineKeys.set(this.machineId, publicKey);
  }

  async close(): Promise<void> {
    this.cut();
    this.http.closeAllConnections();
    await new Promise((resolve) => this.http.close(resolve));
  }

  /** Ends all connections without a word. */
  cut(): void {
    for (const socket of this.sockets) socket.terminate();
  }

  /** Ends all connections politely, after what was sent. */
  hangUp(): void {
    for (const socket of this.sockets) socket.close();
  }

  nudge(): void {
    this.tell('orders-waiting');
  }

  /** Sends a message to all clients. */
  tell(event: string, ...content: readonly unknown[]): void {
    for (const socket of this.sockets) {
      socket.send(`42${MACHINES_NAMESPACE},${JSON.stringify([event, ...content])}`);
    }
  }

  /** An order as this server would sign it; `keys` of somebody else make a forged one. */
  sign(
    some: Partial<OrderClaims> = {},
    options: { keys?: KeyPair; typ?: string } = {},
  ): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const claims: OrderClaims = {
      iss: this.serverId,
      aud: this.machineId,
      jti: randomUUID(),
      iat: now,
      exp: now + 3600,
      mode: 'execute',
      playbook: 'reset-software-distribution',
      playbookVersion: 2,
      parameters: { verifyMinutes: 1 },
      ...some,
    };
    return new SignJWT({ ...claims })
      .setProtectedHeader({ alg: 'EdDSA', typ: options.typ ?? ORDER_TYPE })
      .sign((options.keys ?? this.keys).privateKey);
  }

  /** Resolves when `reached` is true; looks after everything that happens here. */
  async until(reached: () => boolean): Promise<void> {
    while (!reached()) {
      await new Promise<void>((resolve) => this.waiters.add(resolve));
    }
  }

  private happened(): void {
    for (const waiter of this.waiters) waiter();
    this.waiters.clear();
  }

  private accept(socket: WebSocket): void {
    if (this.cutNext) {
      this.cutNext = false;
      socket.terminate();
      return;
    }
    this.sockets.add(socket);
    socket.on('close', () => {
      this.sockets.delete(socket);
      this.happened();
    });
    socket.send(
      `0${JSON.stringify({ sid: randomUUID(), upgrades: [], pingInterval: 25_000, pingTimeout: 20_000, maxPayload: 1e6 })}`,
    );
    socket.on('message', (data: Buffer) => {
      void this.packet(socket, data.toString());
    });
  }

  private async packet(socket: WebSocket, packet: string): Promise<void> {
    const body = packet.slice(packet.indexOf(',') + 1);
    if (packet.startsWith(`40${MACHINES_NAMESPACE},`)) await this.handshake(socket, body);
    else if (packet.startsWith(`42${MACHINES_NAMESPACE},`)) await this.message(socket, body);
    this.happened();
  }

  private async handshake(socket: WebSocket, body: string): Promise<void> {
    const greeting = handshakeSchema.parse(JSON.parse(body));
    const { proof } = greeting;
    const refusal = this.handshakes.shift() ?? (await this.judge(proof));
    this.proofs.push(proof);
    this.greetings.push(greeting);
    this.machinesOf.set(socket, decodeJwt(proof).iss ?? '');
    if (refusal) socket.send(`44${MACHINES_NAMESPACE},${JSON.stringify(refusal)}`);
    else socket.send(`40${MACHINES_NAMESPACE},${JSON.stringify({ sid: randomUUID() })}`);
  }

  private async judge(proof: string): Promise<HandshakeAnswer> {
    const machineId = decodeJwt(proof).iss ?? '';
    const key = this.machineKeys.get(machineId);
    if (!key) return { message: 'unknown-machine' };
    try {
      await jwtVerify(proof, await importJWK(key, 'EdDSA'), {
        issuer: machineId,
        audience: this.serverId,
        typ: 'fleetmend-proof+jwt',
        clockTolerance: 300,
      });
      return this.proofs.includes(proof) ? { message: 'replayed-proof' } : undefined;
    } catch {
      return { message: 'bad-proof' };
    }
  }

  private async message(socket: WebSocket, body: string): Promise<void> {
    const [, id, json] = /^(\d+)(.*)$/s.exec(body) ?? [];
    const [event, content] = JSON.parse(json ?? '[]') as [string, unknown];
    const answer =
      event === 'reports'
        ? this.take(reportsMessageSchema.parse(content).reports, this.machinesOf.get(socket) ?? '')
        : this.isDeaf
          ? 'silence'
          : { ok: true, orders: this.orders };
    if (answer !== 'silence') {
      socket.send(`43${MACHINES_NAMESPACE},${id ?? ''}${JSON.stringify([answer])}`);
    }
    await Promise.resolve();
  }

  private take(sent: readonly unknown[], sender: string): object | 'silence' {
    const reports = sent.map((one) => reportSchema.parse(one));
    for (const { id } of reports) this.senders.set(id, sender);
    this.messages.push(reports.map(({ id }) => id));
    const answer = this.receive(reports);
    if (answer === 'silence') return answer;
    if (!('ok' in answer && answer.ok === false)) {
      const known = new Set(this.reports.map(({ id }) => id));
      this.reports.push(...reports.filter(({ id }) => !known.has(id)));
    }
    return { ok: true, accepted: reports.map(({ id }) => id), rejected: [], ...answer };
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const { status, body } =
      request.method === 'GET'
        ? { status: 200, body: { status: 'ok' } }
        : request.url === '/api/v1/re-enrolments'
          ? await this.reEnrol(text)
          : (this.enrolment ?? this.enrol(text));
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  }

  private async reEnrol(text: string): Promise<{ status: number; body: unknown }> {
    const asked = reEnrolmentRequestSchema.parse(JSON.parse(text));
    const refusal = await this.judge(asked.proof);
    this.reEnrolments.push(asked);
    this.happened();
    if (refusal) return { status: 403, body: { code: refusal.message, message: 'No.' } };
    const answer = this.reEnrolmentAnswers.shift();
    if (answer) return answer;
    const machineId = randomUUID();
    this.machineKeys.set(machineId, asked.publicKey);
    const { serverId, serverKey } = this;
    return { status: 201, body: { machineId, serverId, serverKey } };
  }

  private enrol(text: string): { status: number; body: unknown } {
    const { token, publicKey } = enrolmentRequestSchema.parse(JSON.parse(text));
    if (token !== this.token) {
      return { status: 403, body: { code: 'invalid-enrolment-token', message: 'Unknown token.' } };
    }
    this.machineKeys.set(this.machineId, publicKey);
    const { machineId, serverId, serverKey } = this;
    return { status: 201, body: { machineId, serverId, serverKey } };
  }
}

/** Keys of somebody who would like to be the server. */
export function strangerKeys(): Promise<KeyPair> {
  return generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
}
