import { LONGEST_RETRY_AFTER_SECONDS } from '@fleetmend/client-protocol';
import * as z from 'zod';
import { type Clock } from '../clock';
import { readMetadata, writeMetadata } from '../state/metadata';
import { type State } from '../state/state';
import { type Machine } from '../windows/windows';
import { BackOff } from './back-off';

/** Base and cap of the wait between two attempts, in milliseconds. */
export interface Waits {
  readonly baseMs: number;
  readonly capMs: number;
}

/** A machine that started less than this ago shares that with many others: a building that has power again. */
const JUST_STARTED_MS = 5 * 60_000;
const START_SPREAD_MS = 30_000;
/** Attempts that are older than this say nothing about the next. */
const FORGOTTEN_MS = 10 * 60_000;
const PEOPLE_MUST_ACT_MS = 300_000;
/** After this long, chance apart, the client tries again when the network has changed. */
const HURRY_MS = 3_000;

const attemptsSchema = z.object({
  /** Attempts since the last connection that stood for a while. */
  failures: z.number().int().min(0),
  /** When the last one began, in ms since 1970 by the machine's clock. */
  at: z.number(),
  /** The server wants to be left alone until then, in the same measure. */
  notBefore: z.number(),
});
type Attempts = z.infer<typeof attemptsSchema>;

/**
 * How long to stay away from the server between two attempts, in milliseconds. What counts outlives the process: a
 * client that crashes again and again waits as long as one that fails again and again.
 */
export class Pauses {
  private readonly backOff: BackOff;
  private notBefore = 0;

  constructor(
    private readonly state: State,
    private readonly clock: Clock,
    private readonly machine: Pick<Machine, 'uptimeMilliseconds'>,
    private readonly waits: Waits,
    private readonly random: () => number = Math.random,
  ) {
    this.backOff = new BackOff(waits.baseMs, waits.capMs, random);
  }

  /** Before the first attempt of this process. */
  first(): number {
    const now = this.clock.now().getTime();
    const before = this.read();
    const age = before ? now - before.at : Number.POSITIVE_INFINITY;
    // A clock that was set back makes attempts of the future: they say as little as old ones.
    const counts = before !== undefined && age >= 0 && age < FORGOTTEN_MS;
    let afterCrash = 0;
    if (counts && before.failures > 0) {
      this.backOff.failures = before.failures;
      afterCrash = this.backOff.next();
      this.backOff.failures = before.failures;
    }
    const justStarted = this.machine.uptimeMilliseconds() < JUST_STARTED_MS;
    const afterStart = justStarted
      ? this.random() * Math.min(START_SPREAD_MS, this.waits.capMs / 2)
      : 0;
    const directed = counts
      ? Math.min(before.notBefore - now, LONGEST_RETRY_AFTER_SECONDS * 1000)
      : 0;
    return Math.floor(Math.max(afterCrash, afterStart, directed));
  }

  /** An attempt begins. */
  begins(): void {
    this.remember({ failures: this.backOff.failures + 1, notBefore: 0 });
  }

  /** The connection has stood for a while: whatever comes next is no crash loop. */
  stands(): void {
    this.backOff.reset();
    this.remember({ failures: 0, notBefore: 0 });
  }

  /** Something was accepted: the server is well, the next wait is short. */
  thrives(): void {
    this.backOff.reset();
  }

  /** After a failure. */
  failed(): number {
    return this.backOff.next();
  }

  /** After a refusal that only people can cure. */
  untilPeopleAct(): number {
    const cap = Math.max(this.waits.capMs, Math.min(PEOPLE_MUST_ACT_MS, this.waits.capMs * 5));
    return Math.floor(this.random() * cap);
  }

  /**
   * The server said how long to stay away: so long, and up to a quarter longer. A hostile one can't silence the client:
   * there is a bound.
   */
  directed(seconds: number): number {
    const asked = Math.min(seconds, LONGEST_RETRY_AFTER_SECONDS) * 1000;
    const wait = Math.floor(asked + this.random() * Math.max(asked / 4, this.waits.baseMs));
    this.notBefore = this.clock.now().getTime() + wait;
    this.remember({ failures: this.backOff.failures, notBefore: this.notBefore });
    return wait;
  }

  /** The network has changed, or the machine woke up: soon, but not in the same moment as all others. */
  hurried(): number {
    this.backOff.reset();
    return Math.floor(this.random() * Math.min(HURRY_MS, this.waits.capMs));
  }

  private read(): Attempts | undefined {
    try {
      return attemptsSchema.parse(JSON.parse(readMetadata(this.state, 'attempts') ?? ''));
    } catch {
      return undefined;
    }
  }

  private remember(attempts: Omit<Attempts, 'at'>): void {
    try {
      const value = { ...attempts, at: this.clock.now().getTime() };
      writeMetadata(this.state, 'attempts', JSON.stringify(value));
    } catch {
      // Only a hint for the next start: no reason to stay away from the server while the disk is full.
    }
  }
}
