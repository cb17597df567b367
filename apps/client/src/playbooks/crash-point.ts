import { type CrashPoint } from '../settings';
import { type JournalWatcher } from './journal';

/** What a process that was killed leaves as its exit code. */
const KILLED = 137;

/** Ends the process at once, without a word, at the write that was asked for: power loss, for tests. */
export function crashWatcher(crashAt: CrashPoint | undefined): JournalWatcher {
  return (number, when) => {
    if (number !== crashAt?.write || when !== crashAt.when) return;
    // Not in the types: ends the process without running anything that waits for its end.
    (process as unknown as { reallyExit(code: number): never }).reallyExit(KILLED);
  };
}
