import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type Server as HttpServer,
  type ServerResponse,
} from 'node:http';
import {
  enrolmentRequestSchema,
  type EnrolmentResponse,
  FETCH_ORDERS,
  FETCH_UPDATE,
  MACHINES_NAMESPACE,
  ORDER_TYPE,
  type OrderClaims,
  ORDERS_WAITING,
  type PublicKey,
  publicKeySchema,
  type Report,
  REPORTS,
  reportSchema,
  SOCKET_PATH,
} from '@fleetmend/client-protocol';
import { type CryptoKey, exportJWK, generateKeyPair, importJWK, jwtVerify, SignJWT } from 'jose';
import { Server } from 'socket.io';
import { FakeReleases } from './fake-releases';

interface Keys {
  readonly publicKey: PublicKey;
  readonly privateKey: CryptoKey;
}

/** The words of an order that a test wants to be different. */
export type OrderWords = Partial<OrderClaims> & { readonly signedBy?: 'server' | 'somebody-else' };

/**
 * A server of the client protocol that a test holds in its hands: it takes what the client reports, says what the
 * test wants it to say (also what no honest server would), goes away and comes back. Enrolment, proofs and signatures
 * are real.
 */
export class FakeServer {
  readonly token = randomUUID();
  /** Everything that clients reported, each id once. */
  readonly reports: Report[] = [];
  /** How often a report came that was there already. */
  duplicates = 0;
  /** What it offers clients to become. */
  readonly releases: FakeReleases;
  private readonly serverId = randomUUID();
  private readonly orders: string[] = [];
  private http: HttpServer | undefined;
  private io: Server | undefined;
  private machine: { readonly id: string; readonly publicKey: PublicKey } | undefined;
  private waiting: (() => void)[] = [];

  private constructor(
    private readonly keys: Keys,
    private readonly otherKeys: Keys,
    readonly port: number,
    private readonly clientLog: () => string,
  ) {
    this.releases = new FakeReleases(keys.privateKey, {
      serverId: this.serverId,
      machineId: () => this.machineId,
      checkProof: (proof) => this.checkProof(proof),
      nudge: (message) => this.io?.of(MACHINES_NAMESPACE).emit(message),
    });
  }

  /** `clientLog` is shown when a report that a test waits for doesn't come. */
  static async start(clientLog: () => string): Promise<FakeServer> {
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const address = probe.address();
    probe.close();
    await once(probe, 'close');
    if (address === null || typeof address === 'string') throw new Error('no TCP port');
    const server = new FakeServer(await makeKeys(), await makeKeys(), address.port, clientLog);
    await server.comeBack();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get machineId(): string {
    if (!this.machine) throw new Error('No machine has enrolled.');
    return this.machine.id;
  }

  /** Connected clients. */
  get connected(): number {
    return this.io?.of(MACHINES_NAMESPACE).sockets.size ?? 0;
  }

  /** Closes every connection and answers nobody. */
  async goAway(): Promise<void> {
    await this.io?.close();
    this.io = undefined;
    this.http = undefined;
  }

  /** Listens again on the same port. */
  async comeBack(): Promise<void> {
    const http = createServer((request, response) => {
      void this.answer(request, response);
    });
    this.http = http.listen(this.port, '127.0.0.1');
    await once(this.http, 'listening');
    this.io = new Server(http, {
      path: SOCKET_PATH,
      transports: ['websocket'],
      serveClient: false,
    });
    const namespace = this.io.of(MACHINES_NAMESPACE);
    namespace.use((socket, next) => {
      this.checkProof(socket.handshake.auth['proof']).then(
        () => {
          next();
        },
        () => {
          next(new Error('bad-proof'));
        },
      );
    });
    namespace.on('connection', (socket) => {
      socket.on(
        REPORTS,
        (message: { reports: unknown[] }, acknowledge: (answer: unknown) => void) => {
          acknowledge({ ok: true, ...this.take(message.reports) });
        },
      );
      socket.on(FETCH_ORDERS, (_: unknown, acknowledge: (answer: unknown) => void) => {
        acknowledge({ ok: true, orders: this.orders });
      });
      socket.on(FETCH_UPDATE, (question: unknown, acknowledge: (answer: unknown) => void) => {
        void this.releases.answer(question).then(acknowledge);
      });
    });
  }

  /** Writes an order and tells connected clients that it waits. Answers the run's id. */
  async order(words: OrderWords = {}): Promise<string> {
    const { signedBy = 'server', ...claims } = words;
    const now = Math.floor(Date.now() / 1000);
    const runId = claims.jti ?? randomUUID();
    const order: OrderClaims = {
      iss: this.serverId,
      aud: this.machineId,
      jti: runId,
      iat: now,
      exp: now + 3600,
      mode: 'execute',
      playbook: 'reset-software-distribution',
      playbookVersion: 1,
      // A real machine may wait for a restart that has nothing to do with the test.
      parameters: { verifyMinutes: 1, ignorePendingRestart: true },
      ...claims,
    };
    const keys = signedBy === 'server' ? this.keys : this.otherKeys;
    this.orders.push(
      await new SignJWT({ ...order })
        .setProtectedHeader({ alg: 'EdDSA', typ: ORDER_TYPE })
        .sign(keys.privateKey),
    );
    this.io?.of(MACHINES_NAMESPACE).emit(ORDERS_WAITING);
    return runId;
  }

  /** Takes every order back that was not fetched. */
  forgetOrders(): void {
    this.orders.length = 0;
  }

  /** The first report that matches, now or later. Rejects with what came instead. */
  async report<T extends Report>(
    matches: (report: Report) => report is T,
    milliseconds?: number,
  ): Promise<T>;
  async report(matches: (report: Report) => boolean, milliseconds?: number): Promise<Report>;
  async report(matches: (report: Report) => boolean, milliseconds = 60_000): Promise<Report> {
    const deadline = Date.now() + milliseconds;
    for (;;) {
      const found = this.reports.find(matches);
      if (found) return found;
      const left = deadline - Date.now();
      if (left <= 0) {
        const told = this.reports.map((report) => JSON.stringify(report).slice(0, 300)).join('\n');
        throw new Error(
          `The report did not come in ${milliseconds} ms. What came:\n${told}\n${this.clientLog()}`,
        );
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.waiting.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  /** The verdict of a run. */
  verdict(runId: string, milliseconds = 90_000): Promise<VerdictReport> {
    return this.report(
      (one): one is VerdictReport => isVerdict(one) && one.runId === runId,
      milliseconds,
    );
  }

  /** The events of a run in their order. */
  eventsOf(runId: string): readonly RunEvent[] {
    return this.reports
      .filter((one): one is RunEvent => one.kind === 'run-event' && one.runId === runId)
      .sort((a, b) => a.sequence - b.sequence);
  }

  private take(reports: readonly unknown[]): { accepted: string[]; rejected: unknown[] } {
    const accepted: string[] = [];
    const rejected: unknown[] = [];
    for (const one of reports) {
      const parsed = reportSchema.safeParse(one);
      if (!parsed.success) {
        rejected.push({ id: null, message: parsed.error.message });
        continue;
      }
      accepted.push(parsed.data.id);
      if (this.reports.some(({ id }) => id === parsed.data.id)) this.duplicates += 1;
      else this.reports.push(parsed.data);
    }
    for (const wake of this.waiting.splice(0)) wake();
    return { accepted, rejected };
  }

  private async checkProof(proof: unknown): Promise<void> {
    if (!this.machine) throw new Error('unknown machine');
    const key = await importJWK(this.machine.publicKey, 'EdDSA');
    await jwtVerify(String(proof), key, { audience: this.serverId, issuer: this.machine.id });
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const respond = (status: number, body: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    if (request.url === '/api/v1/health') {
      respond(200, { status: 'ok' });
      return;
    }
    if (await this.releases.download(request, response)) return;
    if (request.method !== 'POST' || request.url !== '/api/v1/enrolments') {
      respond(404, { code: 'not-found', message: 'There is nothing here.' });
      return;
    }
    const parsed = enrolmentRequestSchema.safeParse(JSON.parse(Buffer.concat(chunks).toString()));
    if (!parsed.success || parsed.data.token !== this.token) {
      respond(403, { code: 'invalid-token', message: 'This enrolment token is not valid.' });
      return;
    }
    this.machine = { id: randomUUID(), publicKey: parsed.data.publicKey };
    const answer: EnrolmentResponse = {
      machineId: this.machine.id,
      serverId: this.serverId,
      serverKey: this.keys.publicKey,
    };
    respond(201, answer);
  }
}

export type RunEvent = Extract<Report, { kind: 'run-event' }>;
export type VerdictReport = Extract<RunEvent, { event: 'verdict' }>;

/** Whether a report is the verdict of some run. */
export function isVerdict(report: Report): report is VerdictReport {
  return report.kind === 'run-event' && report.event === 'verdict';
}

async function makeKeys(): Promise<Keys> {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', {
    crv: 'Ed25519',
    extractable: true,
  });
  return { publicKey: publicKeySchema.parse(await exportJWK(publicKey)), privateKey };
}
