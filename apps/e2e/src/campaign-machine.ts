import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { decodeJwt } from 'jose';
import type { ProtocolMachine, SentReport } from './protocol-machine';

/** Lets so many runs end as it was told; the others wait. */
export class Barrier {
  private allowed = 0;
  private passed = 0;
  private readonly waiting: (() => void)[] = [];

  /** So many in all may have passed from now on. */
  allow(all: number): void {
    this.allowed = all;
    while (this.passed < this.allowed && this.waiting.length > 0) {
      this.passed += 1;
      this.waiting.shift()?.();
    }
  }

  async pass(): Promise<void> {
    if (this.passed < this.allowed) this.passed += 1;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
  }
}

/**
 * A machine that stays connected to any of several servers, carries out each order once, and reports until it is
 * acknowledged, as its outbox would.
 */
export class CampaignMachine {
  /** The runs that it carried out. */
  readonly done: string[] = [];
  private readonly known = new Set<string>();
  private readonly outbox: SentReport[] = [];
  private isOver = false;
  private turns = 0;
  private living: Promise<void> = Promise.resolve();

  constructor(
    readonly machine: ProtocolMachine,
    private readonly servers: readonly string[],
    private readonly barrier: Barrier,
  ) {}

  live(first: number): void {
    this.turns = first;
    this.living = this.untilOver();
  }

  async leave(): Promise<void> {
    this.isOver = true;
    this.machine.disconnect();
    await this.living;
  }

  private async untilOver(): Promise<void> {
    while (!this.isOver) {
      try {
        if (!this.machine.isConnected) {
          const server = this.servers[this.turns++ % this.servers.length];
          await this.machine.connect(undefined, server);
        }
        await this.work();
      } catch {
        // The server went away: another one is tried.
        this.machine.disconnect();
      }
      await delay(250);
    }
  }

  private async work(): Promise<void> {
    await this.empty();
    for (const order of await this.machine.fetchOrders()) {
      const runId = decodeJwt(order).jti ?? '';
      if (this.known.has(runId)) continue;
      this.known.add(runId);
      this.done.push(runId);
      this.tell(runId, 0, { event: 'step', stepId: 'rename', section: 'acting', state: 'done' });
      void this.barrier.pass().then(() => {
        this.tell(runId, 1, { event: 'verdict', verdict: 'fixed', level: 'L2' });
      });
    }
    await this.empty();
  }

  private tell(runId: string, sequence: number, event: object): void {
    const createdAt = new Date().toISOString();
    const report = { id: randomUUID(), createdAt, kind: 'run-event', message: '' };
    this.outbox.push({ ...report, runId, sequence, ...event });
  }

  private async empty(): Promise<void> {
    if (this.outbox.length === 0) return;
    const accepted = new Set(await this.machine.report([...this.outbox]));
    const left = this.outbox.filter(({ id }) => !accepted.has(id));
    this.outbox.splice(0, this.outbox.length, ...left);
  }
}
