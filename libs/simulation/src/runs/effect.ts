import type { Scenario } from '../machines/scenarios';

/** What a run does to its machine. Times are in milliseconds. */
export type Effect =
  | {
      readonly effect:
        /** Something is set aside that an undo can bring back. */
        | 'changed'
        | 'taken-back'
        /** What was wrong is no more, and the update that failed is told to work. */
        | 'mended'
        | 'failed-again'
        /** Its clock is right from now on. */
        | 'clock-set'
        /** Nothing is ever heard of it again. */
        | 'gone';
    }
  /** The same, some time after the run. `comes-back`: what was wrong when the run began is wrong again. */
  | { readonly effect: 'mended-later' | 'comes-back'; readonly within: number }
  /** Something else is wrong from now on, and has failed. */
  | { readonly effect: 'turned'; readonly into: Scenario };
