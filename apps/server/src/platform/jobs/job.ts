/** A piece of background work. It runs by itself, never twice at once in the whole cluster. */
export interface Job {
  /** Unique and stable: results are kept by it. */
  readonly id: string;
  /** Seconds from one run to the next. */
  readonly everySeconds: number;
  /** A run that takes longer is told to stop and counts as failed. */
  readonly timeoutSeconds: number;
  /** Does the work. `signal` says when to give up: the time is over, or the server stops. */
  run(signal: AbortSignal): Promise<void>;
}

/** How a job ended last. `skipped` = another server was just doing it, or had done it. */
export interface JobResult {
  readonly id: string;
  readonly lastRunAt: Date | null;
  readonly lastResult: 'ok' | 'failed' | 'skipped' | null;
}
