import type { RunMode, Verdict, VerdictLevel } from '@fleetmend/domain';
import type { WaveRow } from '../src/features/campaigns/campaign-waves.repository';
import type { CampaignMove, CampaignRow } from '../src/features/campaigns/campaigns.repository';
import { ServerDied } from './server-died';

/** A target as its row has it. */
export interface StoredTarget {
  readonly machineId: string;
  readonly wave: number;
  readonly position: number;
  pending: boolean;
  settled: boolean;
  attempt: number;
  offers: number;
  nextAttemptAt: Date | null;
  runId: string | null;
  verdict: Verdict | null;
}

/** A run as its row has it, with that of the campaign about it. */
export interface StoredRun {
  readonly id: string;
  readonly machineId: string;
  readonly remediationId: string;
  readonly mode: RunMode;
  readonly undoes: string | null;
  readonly expiresAt: Date;
  wave: number | null;
  waveAttempt: number | null;
  attempt: number | null;
  state: 'queued' | 'leased' | 'acting' | 'ended';
  verdict: Verdict | null;
  byMachine: boolean;
  level: VerdictLevel | null;
  code: string | null;
  events: number;
  lastEventAt: Date | null;
}

export interface StoredUndo {
  readonly runId: string;
  remediationId: string;
  until: Date;
  undoRunId: string | null;
  givenUp: boolean;
}

/** One campaign and its machines, in memory. */
export interface Stored {
  campaign: CampaignRow;
  waves: WaveRow[];
  targets: StoredTarget[];
  runs: StoredRun[];
  remediations: { id: string; wave: number | null; undo: boolean }[];
  moves: CampaignMove[];
  undos: StoredUndo[];
  online: Set<string>;
  isStopped: boolean;
}

/** The store with transactions, one after the other: what one that fails has written is forgotten. */
export class CampaignStore {
  private busy: Promise<unknown> = Promise.resolve();
  /** How many steps the transaction that is open may still take; null = all. */
  private left: number | null = null;

  constructor(public rows: Stored) {}

  /** `steps`: the server dies at so many; one that reaches its commit first dies after it. */
  inTransaction<T>(work: () => Promise<T>, steps: number | null = null): Promise<T> {
    const done = this.busy.then(() => this.tryWork(work, steps));
    this.busy = done.catch(() => undefined);
    return done;
  }

  /** Counts a statement. */
  step(): void {
    if (this.left === null) return;
    this.left -= 1;
    if (this.left <= 0) throw new ServerDied(false);
  }

  private async tryWork<T>(work: () => Promise<T>, steps: number | null): Promise<T> {
    const before = copyOf(this.rows);
    this.left = steps;
    let result: T;
    try {
      result = await work();
    } catch (error) {
      this.rows = before;
      throw error;
    } finally {
      this.left = null;
    }
    if (steps !== null) throw new ServerDied(true);
    return result;
  }
}

function copyOf(rows: Stored): Stored {
  const each = <T extends object>(list: readonly T[]): T[] => list.map((row) => ({ ...row }));
  return {
    ...rows,
    ...{ waves: each(rows.waves), targets: each(rows.targets), runs: each(rows.runs) },
    ...{ remediations: each(rows.remediations), moves: [...rows.moves], undos: each(rows.undos) },
    online: new Set(rows.online),
  };
}
