import {
  enrolmentResponseSchema,
  type EnrolmentResponse,
  FETCH_ORDERS,
  fetchOrdersAckSchema,
  MACHINES_NAMESPACE,
  ORDERS_WAITING,
  PROOF_LIFETIME_SECONDS,
  PROOF_TYPE,
  PROTOCOL_VERSION,
  REPORTS,
  reportsAckSchema,
  SOCKET_PATH,
} from '@fleetmend/client-protocol';
import { randomUUID } from 'node:crypto';
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { io, type Socket } from 'socket.io-client';

/** The version that every machine of the tests says it has. */
export const CLIENT_VERSION = '0.1.0';

/** How long the server may take to acknowledge, in ms. */
const ACKNOWLEDGED_WITHIN = 20_000;

/** A report as it is sent: what its kind needs, beside these. */
export interface SentReport {
  readonly id: string;
  readonly createdAt: string;
  readonly kind: string;
  readonly [field: string]: unknown;
}

/** A machine that speaks the real protocol and nothing more: what it sends, and when, is the test's business. */
export class ProtocolMachine {
  private socket: Socket | undefined;

  private constructor(
    private readonly url: string,
    /** What it was told when it enrolled. */
    readonly enrolled: EnrolmentResponse,
    private readonly key: CryptoKey,
  ) {}

  get id(): string {
    return this.enrolled.machineId;
  }

  /** Makes a key and enrols it. */
  static async enrol(url: string, token: string, hostname: string): Promise<ProtocolMachine> {
    const { publicKey, privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519' });
    const response = await fetch(`${url}/api/v1/enrolments`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        ...{ protocol: PROTOCOL_VERSION, clientVersion: CLIENT_VERSION },
        ...{ token, hostname, machineGuid: randomUUID(), publicKey: await exportJWK(publicKey) },
      }),
    });
    if (!response.ok) throw new Error(`${hostname} may not enrol: ${await response.text()}`);
    return new ProtocolMachine(
      url,
      enrolmentResponseSchema.parse(await response.json()),
      privateKey,
    );
  }

  get isConnected(): boolean {
    return this.socket?.connected === true;
  }

  /**
   * Connects with a new proof; rejects when it is refused. It doesn't come back by itself. `onOrdersWaiting` hears
   * that the server has orders for it. `url` names another server than that of its enrolment.
   */
  async connect(onOrdersWaiting?: () => void, url = this.url): Promise<void> {
    const now = Math.floor(Date.now() / 1000);
    const proof = await new SignJWT({ jti: randomUUID() })
      .setProtectedHeader({ alg: 'EdDSA', typ: PROOF_TYPE })
      .setIssuer(this.id)
      .setAudience(this.enrolled.serverId)
      .setIssuedAt(now)
      .setExpirationTime(now + PROOF_LIFETIME_SECONDS)
      .sign(this.key);
    const socket = io(`${url}${MACHINES_NAMESPACE}`, {
      ...{ path: SOCKET_PATH, transports: ['websocket'], forceNew: true, reconnection: false },
      auth: { protocol: PROTOCOL_VERSION, clientVersion: CLIENT_VERSION, proof },
    });
    this.socket = socket;
    if (onOrdersWaiting) socket.on(ORDERS_WAITING, onOrdersWaiting);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', reject);
    });
  }

  /** Sends reports in one message; answers the ids that are acknowledged. Rejects when no acknowledgement comes. */
  async report(reports: readonly SentReport[]): Promise<readonly string[]> {
    const ack = reportsAckSchema.parse(await this.ask(REPORTS, { reports }));
    if (!ack.ok) throw new Error(`${ack.code}: ${ack.message}`);
    if (ack.rejected.length > 0) throw new Error(JSON.stringify(ack.rejected));
    return ack.accepted;
  }

  /** The orders that wait for it, as they come: signed. */
  async fetchOrders(): Promise<readonly string[]> {
    const ack = fetchOrdersAckSchema.parse(await this.ask(FETCH_ORDERS, {}));
    if (!ack.ok) throw new Error(`${ack.code}: ${ack.message}`);
    return ack.orders;
  }

  disconnect(): void {
    this.socket?.disconnect();
    this.socket = undefined;
  }

  private ask(message: string, content: object): Promise<unknown> {
    if (!this.socket) throw new Error('This machine is not connected.');
    return this.socket.timeout(ACKNOWLEDGED_WITHIN).emitWithAck(message, content);
  }
}
