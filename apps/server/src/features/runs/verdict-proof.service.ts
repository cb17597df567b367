import { Inject, Injectable } from '@nestjs/common';
import { isRecurrence, type Verdict, type VerdictLevel, WATCHED_VERDICTS } from '@fleetmend/domain';
import { CONFIG, type Config } from '../../platform/config';
import type { Transaction } from '../../platform/database';
import { RunStandingRepository } from './run-standing.repository';
import { type JudgedRun, VerdictProofRepository } from './verdict-proof.repository';

/** Something that happened to a fingerprint on a machine. */
export type FingerprintChange =
  | {
      readonly change: 'failed' | 'superseded';
      readonly machineId: string;
      readonly fingerprintId: string;
      readonly at: Date;
    }
  | {
      readonly change: 'closed';
      readonly machineId: string;
      readonly fingerprintId: string;
      readonly phase: 'scan' | 'download' | 'install';
      readonly at: Date;
    };

interface Judgement {
  readonly verdict: Verdict;
  readonly level: VerdictLevel | null;
  readonly reason: string;
}

/** Verdicts that say: the steps ran, and nothing speaks against it yet. */
const WAITING: readonly Verdict[] = ['scan-ok-not-installed', 'unverified'];
const DAY_MS = 24 * 3_600_000;

/** What `change` means for the newest run against the same fingerprint on the same machine, if anything. */
export function judge(
  run: Pick<JudgedRun, 'verdict' | 'level' | 'createdAt' | 'endedAt'>,
  change: FingerprintChange,
  watchDays: number,
): Judgement | undefined {
  if (change.change === 'closed') {
    if (!WAITING.includes(run.verdict) || change.at <= run.createdAt) return undefined;
    if (change.phase === 'download') return undefined;
    const level = change.phase === 'install' ? 'L2' : 'L1';
    const reason = change.phase === 'install' ? 'the update was installed' : 'a scan worked';
    return { verdict: 'fixed', level, reason: `After the run ${reason}.` };
  }
  if (change.change === 'superseded') {
    if (!WAITING.includes(run.verdict) || change.at <= run.createdAt) return undefined;
    const reason = 'After the run a later update that holds this one was installed.';
    return { verdict: 'superseded', level: 'L2', reason };
  }
  if (change.at <= run.endedAt) return undefined;
  if (WATCHED_VERDICTS.some((verdict) => verdict === run.verdict)) {
    if (!isRecurrence(run, change.at, watchDays * DAY_MS)) return undefined;
    return {
      verdict: 'recurred',
      level: run.level,
      reason: 'The failure came back after the run.',
    };
  }
  if (!WAITING.includes(run.verdict)) return undefined;
  return { verdict: 'same-error', level: run.level, reason: 'The same failure came again.' };
}

/** Keeps verdicts true after their run has ended: an update that installs proves it, a failure that returns refutes it. */
@Injectable()
export class VerdictProofService {
  constructor(
    private readonly repository: VerdictProofRepository,
    private readonly standing: RunStandingRepository,
    @Inject(CONFIG) private readonly config: Pick<Config, 'watchDays'>,
  ) {}

  /** Answers the runs whose verdict is another one now. */
  async observe(
    transaction: Transaction,
    changes: readonly FingerprintChange[],
    now: Date,
  ): Promise<JudgedRun[]> {
    if (changes.length === 0) return [];
    const found = await this.repository.newestEnded(transaction, changes);
    if (found.length === 0) return [];
    const judged = new Map<string, JudgedRun>();
    for (const change of changes) {
      const key = (each: { machineId: string; fingerprintId: string }) =>
        each.machineId === change.machineId && each.fingerprintId === change.fingerprintId;
      const first = found.find(key);
      const run = first && (judged.get(first.id) ?? first);
      const judgement = run && judge(run, change, this.config.watchDays);
      if (!judgement) continue;
      const { verdict, level, reason } = judgement;
      const after = { ...run, verdict, level, message: reason };
      judged.set(run.id, after);
      await this.standing.put(
        transaction,
        [{ ...after, state: 'ended' }],
        [{ runId: run.id, from: 'ended', to: 'ended', verdict, reason, at: now }],
      );
    }
    return [...judged.values()];
  }
}
