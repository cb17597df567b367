import { VERDICT_LEVELS, type Verdict, type VerdictLevel } from './run';

/** What is known of a run that has ended: what the machine proved by itself, and what time has proven since. */
export interface RunProof {
  readonly verdict: Verdict | null;
  /** As the run ended, or as an update that was installed later has shown: L0 to L2. */
  readonly level: VerdictLevel | null;
  /** The machine restarted, and the failure had not come back. */
  readonly survivedRestart: boolean;
  /** The watch period passed, and the failure had not come back. */
  readonly held: boolean;
}

/**
 * The levels that are proven, in order. L0 to L2 hold those below them; L3 and L4 stand for themselves: a failure can stay
 * away for the whole watch period on a machine that nobody restarts.
 */
export function provenLevels({ level, survivedRestart, held }: RunProof): readonly VerdictLevel[] {
  // Whatever a machine claims of itself: what comes after L2 only time can prove.
  const reached = level === null ? -1 : VERDICT_LEVELS.indexOf(level);
  return VERDICT_LEVELS.filter((one, index) => {
    if (one === 'L3') return survivedRestart;
    return one === 'L4' ? held : index <= reached;
  });
}

/** Verdicts that are watched: the failure is gone, and may come back. */
export const WATCHED_VERDICTS = ['fixed', 'superseded'] as const satisfies readonly Verdict[];

/** Whether a failure at `failedAt` means that what the run had mended came back. After the watch period it is a new one. */
export function isRecurrence(
  run: { readonly verdict: Verdict; readonly endedAt: Date },
  failedAt: Date,
  watchMs: number,
): boolean {
  return (
    WATCHED_VERDICTS.some((verdict) => verdict === run.verdict) &&
    failedAt > run.endedAt &&
    failedAt.getTime() <= run.endedAt.getTime() + watchMs
  );
}
