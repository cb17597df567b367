/** Ends this process from outside its own event loop: no code of ours has to run for that. */
export interface Watchdog {
  /**
   * From here on the process ends when nobody calls `beat` for `limitMs`, in which the machine was awake. `marker`, a
   * file that must be there, is deleted just before: so the next life knows why this one ended.
   */
  start(marker: string, limitMs: number): Heart;
}

export interface Heart {
  beat(): void;
  /** Nothing happens any more. */
  stop(): void;
}
