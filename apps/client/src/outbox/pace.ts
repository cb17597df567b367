import { ACKNOWLEDGEMENT_TIMEOUT_MS } from '../connection/session';

/** What a message should take until it is acknowledged. */
const MESSAGE_MS = 10_000;
/** The first message of a client: a little more than a failure with its evidence. */
const FIRST_BYTES = 64_000;
const SMALLEST_BYTES = 1_000;
const LARGEST_BYTES = 1_000_000;
/** A link that is slower than this, in bytes in a millisecond, is none. */
const SLOWEST = 0.1;
/** A message of this length may be in the way when the server looks whether the client lives. */
const IN_THE_WAY_MS = 15_000;

/**
 * How much goes into one message: as much as the link carries in some seconds, as far as its acknowledgements tell. A
 * link that is slow carries one report at a time, and is given the time that it needs.
 */
export class Pace {
  private bytes = FIRST_BYTES;
  /** Bytes in a millisecond; unknown at first. */
  private speed: number | undefined;
  private stuck: number | undefined;

  /** The most that the next message should hold. One report goes alone, whatever it holds. */
  get limit(): number {
    return this.bytes;
  }

  /** A report that is larger than this didn't get through lately: others go first. */
  get largest(): number | undefined {
    return this.stuck;
  }

  /** How long the acknowledgement of a message of so many bytes may take. */
  timeoutMs(bytes: number): number {
    return (
      ACKNOWLEDGEMENT_TIMEOUT_MS + bytes / (this.speed === undefined ? 1 : this.slow(this.speed))
    );
  }

  /** Whether a message of so many bytes would hold up the answer to the server's question for life for too long. */
  isInTheWay(bytes: number): boolean {
    return this.speed !== undefined && bytes / this.speed > IN_THE_WAY_MS;
  }

  /** A message was acknowledged after so long. */
  took(bytes: number, milliseconds: number): void {
    const speed = bytes / Math.max(1, milliseconds);
    if (this.stuck !== undefined && bytes > this.stuck) this.stuck = undefined;
    // Small messages tell of the delay more than of the speed: they only ever raise it.
    if (this.speed === undefined || bytes >= this.bytes / 2) this.speed = speed;
    else this.speed = Math.max(this.speed, speed);
    const fits = this.speed * MESSAGE_MS;
    this.bytes = clamp(Math.min(fits, this.bytes * 4));
  }

  /**
   * A message of so many reports was not acknowledged before the connection ended, after so long. One that ended soon
   * says nothing of the link: a server was restarted, a cable pulled.
   */
  gotLost(bytes: number, reports: number, milliseconds: number): void {
    if (milliseconds < IN_THE_WAY_MS) return;
    if (reports === 1) this.stuck = Math.min(this.stuck ?? Infinity, bytes - 1);
    this.bytes = clamp(Math.min(this.bytes, bytes) / 8);
    // It carried less than all of this in that time.
    this.speed = Math.max(SLOWEST, Math.min(this.speed ?? Infinity, bytes / milliseconds));
  }

  /** Half of what was measured: links waver. */
  private slow(speed: number): number {
    return Math.max(SLOWEST, speed / 2);
  }
}

function clamp(bytes: number): number {
  return Math.round(Math.min(LARGEST_BYTES, Math.max(SMALLEST_BYTES, bytes)));
}
