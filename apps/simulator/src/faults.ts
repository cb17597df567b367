import type { Random } from '@fleetmend/simulation';

/**
 * How a simulated machine can misbehave, each as networks and clients do: an acknowledgement that never arrives, a
 * report sent twice, reports out of order, a connection that breaks while a message is under way.
 */
export const FAULTS = ['drop-acks', 'duplicates', 'reorder', 'disconnects'] as const;
export type Fault = (typeof FAULTS)[number];

/** How often each fault happens, of all messages. */
const SHARE = 0.15;

/** Decides, message by message, what goes wrong. */
export class Misfortune {
  readonly #faults: ReadonlySet<Fault>;
  readonly #random: Random;

  constructor(faults: ReadonlySet<Fault>, random: Random) {
    this.#faults = faults;
    this.#random = random;
  }

  /** Whether this fault happens now. */
  strikes(fault: Fault): boolean {
    return this.#faults.has(fault) && this.#random.chance(SHARE);
  }

  /** The reports as they are sent: some twice, some in another order. Never more than `most`. */
  distort<T>(reports: readonly T[], most: number): readonly T[] {
    let sent = reports;
    if (sent.length < most && this.strikes('duplicates')) sent = [...sent, this.#random.pick(sent)];
    if (this.strikes('reorder')) sent = this.#random.shuffled(sent);
    return sent;
  }
}
