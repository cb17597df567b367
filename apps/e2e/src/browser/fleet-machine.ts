import { randomUUID } from 'node:crypto';
import { ORDER_TYPE, orderClaimsSchema, reportSchema } from '@fleetmend/client-protocol';
import { importJWK, jwtVerify } from 'jose';
import { CLIENT_VERSION, ProtocolMachine } from '../protocol-machine';
import { FleetOrder } from './fleet-order';
import { type Trouble, update } from './trouble';

/**
 * A Windows computer that a test holds in its hands: it fails, goes away, comes back and carries out orders just when
 * the test says so. Keys, proofs and messages are real.
 */
export class FleetMachine {
  private fetching: Promise<void> = Promise.resolve();
  private readonly known = new Set<string>();
  private readonly orders: FleetOrder[] = [];
  private readonly waiting: ((order: FleetOrder) => void)[] = [];

  private constructor(
    readonly hostname: string,
    private readonly machine: ProtocolMachine,
  ) {}

  get id(): string {
    return this.machine.id;
  }

  /** Enrols it; it has never connected then. */
  static async enrol(url: string, token: string, hostname: string): Promise<FleetMachine> {
    return new FleetMachine(hostname, await ProtocolMachine.enrol(url, token, hostname));
  }

  /** Connects, says what it is, and asks for orders. */
  async connect(): Promise<this> {
    // A test may disconnect it in between: orders wait.
    await this.machine.connect(() => void this.fetchOrders().catch(() => undefined));
    await this.report({ kind: 'inventory', inventory: this.inventory() });
    await this.fetchOrders();
    return this;
  }

  /** Goes offline. */
  disconnect(): void {
    this.machine.disconnect();
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
    await this.machine.report(
      reports.map((report) => reportSchema.parse({ id: randomUUID(), createdAt, ...report })),
    );
  }

  private fetchOrders(): Promise<void> {
    const fetched = this.fetching.then(async () => {
      if (!this.machine.isConnected) return;
      for (const order of await this.machine.fetchOrders()) await this.take(order);
    });
    this.fetching = fetched.catch(() => undefined);
    return fetched;
  }

  private async take(signed: string): Promise<void> {
    const { serverKey, serverId } = this.machine.enrolled;
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
