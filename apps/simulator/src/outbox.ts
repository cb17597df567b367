import type { Report, ReportsAck } from '@fleetmend/client-protocol';

/** The reports of one machine that the server hasn't acknowledged, the oldest first. */
export class Outbox {
  #reports: Report[];
  #wake: (() => void) | undefined;

  constructor(reports: readonly Report[] = []) {
    this.#reports = [...reports];
  }

  get reports(): readonly Report[] {
    return this.#reports;
  }

  add(...reports: readonly Report[]): void {
    this.#reports.push(...reports);
    this.#wake?.();
  }

  /** Is called whenever something was added. */
  onAdded(wake: () => void): void {
    this.#wake = wake;
  }

  /** The oldest reports: at most `most`, and together not much over `characters` of JSON. */
  oldest(most: number, characters: number): readonly Report[] {
    let size = 0;
    const batch: Report[] = [];
    for (const report of this.#reports) {
      size += JSON.stringify(report).length;
      if (batch.length > 0 && (batch.length === most || size > characters)) break;
      batch.push(report);
    }
    return batch;
  }

  /** Forgets what the server took and what it will never take. Gives the number of each. */
  settle(ack: Extract<ReportsAck, { ok: true }>): { accepted: number; rejected: number } {
    const rejected = new Set(ack.rejected.map(({ id }) => id));
    const gone = new Set<string | null>([...ack.accepted, ...rejected]);
    const before = this.#reports.length;
    this.#reports = this.#reports.filter(({ id }) => !gone.has(id));
    return { accepted: before - this.#reports.length, rejected: rejected.size };
  }
}
