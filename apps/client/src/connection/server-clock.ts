import { CLIENT_BUILT_AT } from '../built-at';
import { type Clock } from '../clock';
import { readMetadata, writeMetadata } from '../state/metadata';
import { type State } from '../state/state';
import { type Machine } from '../windows/windows';
import { type ClockEvidence } from './clock-evidence';

/**
 * The server's time, as far as the client knows it: by the difference that the server told, carried on by the time
 * since the machine started, which no change of the machine's clock moves.
 */
export class ServerClock {
  private anchor: { readonly serverMs: number; readonly uptimeMs: number } | undefined;
  private offset: number;
  /** Whether the server has told a time since the client began: {@link confirm} only says that ours will do. */
  private told = false;

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

  /** As {@link offsetMs}, where the server has told its time since the client began. */
  measuredOffsetMs(): number | undefined {
    return this.told ? this.offsetMs() : undefined;
  }

  /** What is known about the time when nobody can be asked. */
  evidence(): ClockEvidence {
    const kept = new Date(readMetadata(this.state, 'last-server-time') ?? '');
    const last = this.anchor ? this.now() : kept;
    const lastServerTime = Number.isNaN(last.getTime()) ? undefined : last;
    return { now: this.clock.now(), builtAt: CLIENT_BUILT_AT, lastServerTime };
  }

  /** The server said what time it is. */
  set(serverTime: Date): void {
    this.told = true;
    this.anchorAt(serverTime);
  }

  private anchorAt(serverTime: Date): void {
    this.anchor = {
      serverMs: serverTime.getTime(),
      uptimeMs: this.machine.uptimeMilliseconds(),
    };
    this.remember();
  }

  /** The server took a proof that was made by {@link now}: from here on its clock can be counted on. */
  confirm(): void {
    this.anchorAt(this.now());
  }

  private remember(): void {
    this.offset = this.offsetMs();
    try {
      writeMetadata(this.state, 'clock-offset', String(Math.round(this.offset)));
      writeMetadata(this.state, 'last-server-time', this.now().toISOString());
    } catch {
      // Only a hint for the next start: no reason to stay away from the server while the disk is full.
    }
  }
}
