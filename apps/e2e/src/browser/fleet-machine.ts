import { randomUUID } from 'node:crypto';
import {
  enrolmentResponseSchema,
  type EnrolmentResponse,
  FETCH_ORDERS,
  fetchOrdersAckSchema,
  MACHINES_NAMESPACE,
  ORDER_TYPE,
  orderClaimsSchema,
  ORDERS_WAITING,
  PROOF_LIFETIME_SECONDS,
  PROOF_TYPE,
  PROTOCOL_VERSION,
  publicKeySchema,
  REPORTS,
  reportSchema,
  reportsAckSchema,
  SOCKET_PATH,
} from '@fleetmend/client-protocol';
import { type CryptoKey, exportJWK, generateKeyPair, importJWK, jwtVerify, SignJWT } from 'jose';
import { io, type Socket } from 'socket.io-client';
import { FleetOrder } from './fleet-order';
import { type Trouble, update } from './trouble';

const CLIENT_VERSION = '0.1.0';

/** How long the server may take to answer a message, in milliseconds. */
const PATIENCE = 10_000;

/**
 * A Windows computer that a test holds in its hands: it fails, goes away, comes back and carries out orders just when
 * the test says so. Keys, proofs and messages are real.
 */
export class FleetMachine {
  private socket: Socket | undefined;
  private fetching: Promise<void> = Promise.resolve();
  private readonly known = new Set<string>();
  private readonly orders: FleetOrder[] = [];
  private readonly waiting: ((order: FleetOrder) => void)[] = [];

  private constructor(
    private readonly url: string,
    readonly hostname: string,
    private readonly privateKey: CryptoKey,
    private readonly identity: EnrolmentResponse,
  ) {}

  get id(): string {
    return this.identity.machineId;
  }

  /** Enrols it; it has never connected then. */
  static async enrol(url: string, token: string, hostname: string): Promise<FleetMachine> {
    const keys = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
    const answer = await fetch(`${url}/api/v1/enrolments`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        protocol: PROTOCOL_VERSION,
        token,
        publicKey: publicKeySchema.parse(await exportJWK(keys.publicKey)),
        hostname,
        machineGuid: randomUUID(),
        clientVersion: CLIENT_VERSION,
      }),
    });
    if (!answer.ok) throw new Error(`${hostname} may not enrol: ${await answer.text()}`);
    const identity = enrolmentResponseSchema.parse(await answer.json());
    return new FleetMachine(url, hostname, keys.privateKey, identity);
  }

  /** Connects, says what it is, and asks for orders. */
  async connect(): Promise<this> {
    const socket = io(`${this.url}${MACHINES_NAMESPACE}`, {
      ...{ path: SOCKET_PATH, transports: ['websocket'], forceNew: true, reconnection: false },
      auth: {
        protocol: PROTOCOL_VERSION,
        clientVersion: CLIENT_VERSION,
        proof: await this.proof(),
      },
    });
    this.socket = socket;
    // A test may disconnect it in between: orders wait.
    socket.on(ORDERS_WAITING, () => void this.fetchOrders().catch(() => undefined));
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', reject);
    });
    await this.report({ kind: 'inventory', inventory: this.inventory() });
    await this.fetchOrders();
    return this;
  }

  /** Goes offline. */
  disconnect(): void {
    this.socket?.disconnect();
    this.socket = undefined;
  }

  /** An update fails, and the server knows it when this resolves. */
  fails(trouble: Trouble): Promise<void> {
    return this.report({
      kind: 'failure',
      ...trouble,
      updateKind: 'windows',
      updateSource: 'windows-update',
      occurredAt: new Date().toISOString(),
      fromBacklog: false,
      evidence: [{ source: 'reporting-events', record: `${trouble.code} ${trouble.phase}` }],
    });
  }

  /** The update that had failed is installed now. */
  installs(): Promise<void> {
    const occurredAt = new Date().toISOString();
    return this.report({ kind: 'success', phase: 'install', update, occurredAt });
  }

  /** The next order that it has not been given yet; waits until there is one. */
  nextOrder(): Promise<FleetOrder> {
    const order = this.orders.shift();
    if (order !== undefined) return Promise.resolve(order);
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  /** Sends reports in one message and waits until they are committed. */
  async report(...reports: readonly Readonly<Record<string, unknown>>[]): Promise<void> {
    const createdAt = new Date().toISOString();
    const complete = reports.map((report) =>
      reportSchema.parse({ id: randomUUID(), createdAt, ...report }),
    );
    const ack = reportsAckSchema.parse(await this.ask(REPORTS, { reports: complete }));
    if (!ack.ok) throw new Error(`${this.hostname} is refused: ${ack.message}`);
    for (const { message } of ack.rejected) throw new Error(`${this.hostname}: ${message}`);
  }

  private fetchOrders(): Promise<void> {
    const fetched = this.fetching.then(async () => {
      if (this.socket?.connected !== true) return;
      const ack = fetchOrdersAckSchema.parse(await this.ask(FETCH_ORDERS, {}));
      if (!ack.ok) throw new Error(`${this.hostname} gets no orders: ${ack.message}`);
      for (const order of ack.orders) await this.take(order);
    });
    this.fetching = fetched.catch(() => undefined);
    return fetched;
  }

  private async take(signed: string): Promise<void> {
    const { serverKey, serverId } = this.identity;
    const { payload } = await jwtVerify(signed, await importJWK(serverKey, 'EdDSA'), {
      ...{ typ: ORDER_TYPE, issuer: serverId, audience: this.id },
    });
    const claims = orderClaimsSchema.parse(payload);
    if (this.known.has(claims.jti)) return;
    this.known.add(claims.jti);
    const order = new FleetOrder(claims, (...reports) => this.report(...reports));
    const next = this.waiting.shift();
    if (next === undefined) this.orders.push(order);
    else next(order);
  }

  private async ask(message: string, content: object): Promise<unknown> {
    if (this.socket === undefined) throw new Error(`${this.hostname} is not connected`);
    return (await this.socket.timeout(PATIENCE).emitWithAck(message, content)) as unknown;
  }

  private proof(): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT({ jti: randomUUID() })
      .setProtectedHeader({ alg: 'EdDSA', typ: PROOF_TYPE })
      .setIssuer(this.id)
      .setAudience(this.identity.serverId)
      .setIssuedAt(now)
      .setExpirationTime(now + PROOF_LIFETIME_SECONDS)
      .sign(this.privateKey);
  }

  private inventory(): object {
    return {
      hostname: this.hostname,
      domain: 'corp.example',
      os: {
        ...{ name: 'Windows 11 Pro', version: '10.0.26100.4349', build: 26_100, revision: 4349 },
        ...{ architecture: 'x64', language: 'en-GB' },
      },
      clientVersion: CLIENT_VERSION,
      freeSystemDiskBytes: 80 * 1024 ** 3,
      services: [{ name: 'wuauserv', state: 'running', startType: 'manual' }],
      pendingRestart: { pending: false, reasons: [] },
      updatePolicy: { automaticUpdatesDisabled: false, updateAccessDisabled: false },
      bootedAt: new Date(Date.now() - 86_400_000).toISOString(),
    };
  }
}
