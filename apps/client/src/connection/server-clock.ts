import { type Clock } from '../clock';
import { readMetadata, writeMetadata } from '../state/metadata';
import { type State } from '../state/state';
import { type Machine } from '../windows/windows';

/**
 * The server's time, as far as the client knows it: by the difference that the server told, carried on by the time
 * since the machine started, which no change of the machine's clock moves.
 */
export class ServerClock {
  private anchor: { readonly serverMs: number; readonly uptimeMs: number } | undefined;
  private offset: number;

  constructor(
    private readonly state: State,
    private readonly clock: Clock,
    private readonly machine: Pick<Machine, 'uptimeMilliseconds'>,
  ) {
    const offset = Number(readMetadata(state, 'clock-offset') ?? 0);
    this.offset = Number.isFinite(offset) ? offset : 0;
  }

  now(): Date {
    if (!this.anchor) return new Date(this.clock.now().getTime() + this.offset);
    const passed = this.machine.uptimeMilliseconds() - this.anchor.uptimeMs;
    return new Date(this.anchor.serverMs + passed);
  }

  /** By how much the machine's clock is behind the server's, in milliseconds. */
  offsetMs(): number {
    return this.now().getTime() - this.clock.now().getTime();
  }

  /** The server said what time it is. */
  set(serverTime: Date): void {
    this.anchor = {
      serverMs: serverTime.getTime(),
      uptimeMs: this.machine.uptimeMilliseconds(),
    };
    this.remember();
  }

  /** The server took a proof that was made by {@link now}: from here on its clock can be counted on. */
  confirm(): void {
    this.set(this.now());
  }

  private remember(): void {
    this.offset = this.offsetMs();
    try {
      writeMetadata(this.state, 'clock-offset', String(Math.round(this.offset)));
    } catch {
      // Only a hint for the next start: no reason to stay away from the server while the disk is full.
    }
  }
}
