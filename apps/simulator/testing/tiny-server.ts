import {
  type EnrolmentRequest,
  type EnrolmentResponse,
  FETCH_ORDERS,
  MACHINES_NAMESPACE,
  ORDERS_WAITING,
  ORDER_TYPE,
  type OrderClaims,
  type ReEnrolmentRequest,
  REPORTS,
  type Report,
  SOCKET_PATH,
  enrolmentRequestSchema,
  handshakeSchema,
  proofClaimsSchema,
  publicKeySchema,
  reEnrolmentRequestSchema,
  reportSchema,
  reportsMessageSchema,
} from '@fleetmend/client-protocol';
import { EventEmitter, once } from 'node:events';
import { type Server as HttpServer, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { randomUUID } from 'node:crypto';
import {
  type CryptoKey,
  type JWK,
  SignJWT,
  compactVerify,
  decodeJwt,
  exportJWK,
  generateKeyPair,
  importJWK,
} from 'jose';
import { Server, type Socket } from 'socket.io';

/** A machine as the tiny server knows it. */
interface Machine {
  readonly publicKey: JWK;
  readonly hostname: string;
  readonly smbiosUuid: string | undefined;
  /** By id: a report that comes twice counts once. */
  readonly reports: Map<string, Report>;
  /** All ids in the order in which they came, duplicates included. */
  readonly arrivals: string[];
  readonly orders: string[];
  socket: Socket | undefined;
}

/** As little of a server as the protocol allows: real HTTP, real socket.io, real keys, and no database. */
export class TinyServer {
  static readonly token = 'a-token-of-the-tiny-server';

  readonly machines = new Map<string, Machine>();
  readonly changes = new EventEmitter();
  readonly serverId = randomUUID();
  enrolments = 0;
  connections = 0;
  /** Answers enrolments with this instead, once for each. */
  readonly enrolmentTroubles: { status: number; body: object }[] = [];
  #http: HttpServer | undefined;
  #io: Server | undefined;
  #keys: { publicKey: CryptoKey; privateKey: CryptoKey } | undefined;
  #port = 0;

  get url(): URL {
    return new URL(`http://127.0.0.1:${this.#port}`);
  }

  async start(): Promise<void> {
    this.#keys ??= await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
    const http = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const answering =
          request.url === '/api/v1/re-enrolments' ? this.#reEnrol(text) : this.#enrol(text);
        void answering.then(({ status, body }) => {
          response.writeHead(status, { 'content-type': 'application/json' });
          response.end(JSON.stringify(body));
        });
      });
    });
    const io = new Server(http, {
      path: SOCKET_PATH,
      transports: ['websocket'],
      serveClient: false,
    });
    const namespace = io.of(MACHINES_NAMESPACE);
    namespace.use((socket, next) => {
      this.#authenticate(socket).then(
        () => {
          next();
        },
        (error: unknown) => {
          next(error instanceof Error ? error : new Error('bad-proof'));
        },
      );
    });
    namespace.on('connection', (socket) => {
      this.#accept(socket);
    });
    http.listen(this.#port, '127.0.0.1');
    await once(http, 'listening');
    this.#port = (http.address() as AddressInfo).port;
    this.#http = http;
    this.#io = io;
  }

  async stop(): Promise<void> {
    this.#http?.closeAllConnections();
    await this.#io?.close();
  }

  /** Signs an order for a machine, puts it among those that wait, and nudges. */
  async order(machineId: string, change: Partial<OrderClaims> = {}): Promise<OrderClaims> {
    const now = Math.floor(Date.now() / 1000);
    const claims: OrderClaims = {
      iss: this.serverId,
      aud: machineId,
      jti: randomUUID(),
      iat: now,
      exp: now + 3600,
      mode: 'execute',
      playbook: 'reset-software-distribution',
      playbookVersion: 2,
      parameters: {},
      ...change,
    };
    this.deliver(machineId, await this.sign(claims));
    return claims;
  }

  /** Has any text wait as an order. */
  deliver(machineId: string, order: string): void {
    const machine = this.machines.get(machineId)!;
    machine.orders.push(order);
    machine.socket?.emit(ORDERS_WAITING);
  }

  async sign(claims: OrderClaims, typ = ORDER_TYPE): Promise<string> {
    const { iss, ...others } = claims;
    return new SignJWT(others)
      .setProtectedHeader({ alg: 'EdDSA', typ })
      .setIssuer(iss)
      .sign(this.#keys!.privateKey);
  }

  async publicKey(): Promise<EnrolmentResponse['serverKey']> {
    return publicKeySchema.parse(await exportJWK(this.#keys!.publicKey));
  }

  /** Resolves as soon as `condition` holds; it is asked after every change. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await once(this.changes, 'change');
  }

  reportsOf(machineId: string): readonly Report[] {
    return [...(this.machines.get(machineId)?.reports.values() ?? [])];
  }

  allReports(): readonly Report[] {
    return [...this.machines.keys()].flatMap((id) => this.reportsOf(id));
  }

  /** Whoever has the key of a machine may have another; the real server looks closer. */
  async #reEnrol(text: string): Promise<{ status: number; body: object }> {
    const request = reEnrolmentRequestSchema.parse(JSON.parse(text));
    const { iss } = proofClaimsSchema.parse(decodeJwt(request.proof));
    const copied = this.machines.get(iss)!;
    await compactVerify(request.proof, await importJWK(copied.publicKey, 'EdDSA'));
    return this.#add(request);
  }

  async #enrol(text: string): Promise<{ status: number; body: object }> {
    const trouble = this.enrolmentTroubles.shift();
    if (trouble !== undefined) return trouble;
    const request = enrolmentRequestSchema.parse(JSON.parse(text));
    if (request.token !== TinyServer.token) {
      const body = { code: 'invalid-enrolment-token', message: 'This token is unknown.' };
      return { status: 403, body };
    }
    return this.#add(request);
  }

  async #add(
    request: EnrolmentRequest | ReEnrolmentRequest,
  ): Promise<{ status: number; body: object }> {
    const machineId = randomUUID();
    this.enrolments += 1;
    this.machines.set(machineId, {
      publicKey: request.publicKey,
      hostname: request.hostname,
      smbiosUuid: request.smbiosUuid,
      reports: new Map(),
      arrivals: [],
      orders: [],
      socket: undefined,
    });
    const body = { machineId, serverId: this.serverId, serverKey: await this.publicKey() };
    return { status: 201, body };
  }

  async #authenticate(socket: Socket): Promise<void> {
    const { proof, hints } = handshakeSchema.parse(socket.handshake.auth);
    const { iss, aud } = proofClaimsSchema.parse(decodeJwt(proof));
    const machine = this.machines.get(iss);
    if (machine === undefined) throw new Error('unknown-machine');
    if (aud !== this.serverId) throw new Error('bad-proof');
    await compactVerify(proof, await importJWK(machine.publicKey, 'EdDSA')).catch(() => {
      throw new Error('bad-proof');
    });
    if (hints?.smbiosUuid !== machine.smbiosUuid) throw new Error('cloned-key');
    socket.data = iss;
  }

  #accept(socket: Socket): void {
    const machine = this.machines.get(String(socket.data))!;
    machine.socket = socket;
    this.connections += 1;
    socket.on(REPORTS, (message: unknown, acknowledge: (answer: object) => void) => {
      const accepted: string[] = [];
      for (const one of reportsMessageSchema.parse(message).reports) {
        const report = reportSchema.parse(one);
        machine.arrivals.push(report.id);
        if (!machine.reports.has(report.id)) machine.reports.set(report.id, report);
        if (report.kind === 'run-event') forgetOrder(machine, report.runId);
        accepted.push(report.id);
      }
      acknowledge({ ok: true, accepted, rejected: [] });
      this.changes.emit('change');
    });
    socket.on(FETCH_ORDERS, (_: unknown, acknowledge: (answer: object) => void) => {
      acknowledge({ ok: true, orders: machine.orders });
    });
    socket.on('disconnect', () => {
      if (machine.socket === socket) machine.socket = undefined;
      this.changes.emit('change');
    });
    this.changes.emit('change');
  }
}

/** An order waits until its run is heard of. */
function forgetOrder(machine: Machine, runId: string): void {
  const at = machine.orders.findIndex((order) => decodeJwt(order).jti === runId);
  if (at >= 0) machine.orders.splice(at, 1);
}
