/** How many messages of one connection may be under way: a client waits for each acknowledgement. */
const UNDER_WAY = 4;
/** How many messages one connection may send within {@link WINDOW}. */
const PER_WINDOW = 300;
/** In ms. */
const WINDOW = 10_000;

/** What one connection has used of its limits. What all of them may use together is limited where reports wait. */
export class MessageLimits {
  private underWay = 0;
  private windowBegan = 0;
  private inWindow = 0;

  /** Asks to handle a message at the moment `now` (ms). When the answer is true, {@link done} has to follow. */
  admit(now: number): boolean {
    // Whoever sets the clock back must not silence the fleet until it has caught up.
    if (Math.abs(now - this.windowBegan) >= WINDOW) {
      this.windowBegan = now;
      this.inWindow = 0;
    }
    if (this.underWay >= UNDER_WAY || this.inWindow >= PER_WINDOW) return false;
    this.inWindow++;
    this.underWay++;
    return true;
  }

  done(): void {
    this.underWay--;
  }
}
