import { type Heart, type Watchdog } from '../watchdog';

/** Ends nothing; says whether it would watch, and counts the beats. */
export class SimulatedWatchdog implements Watchdog {
  watching: { readonly marker: string; readonly limitMs: number } | undefined;
  beats = 0;

  start(marker: string, limitMs: number): Heart {
    this.watching = { marker, limitMs };
    return {
      beat: () => {
        this.beats += 1;
      },
      stop: () => {
        this.watching = undefined;
      },
    };
  }
}
