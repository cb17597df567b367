import { randomUUID } from 'node:crypto';
import { type Power, type RestartRequest } from '../power';
import { type Faults } from './faults';

/** Starts and restarts of a simulated machine. Time passes for it only by {@link passTime}. */
export class SimulatedPower implements Power {
  /** How often a restart was asked for while none was under way. */
  requests = 0;
  /** Somebody calls every restart off at once, as `shutdown /a` does. */
  refused = false;
  private id: string = randomUUID();
  private dueInMs: number | undefined;

  constructor(
    private readonly faults: Faults,
    private readonly restart: () => void,
  ) {}

  /** A restart is under way. */
  get isPending(): boolean {
    return this.dueInMs !== undefined;
  }

  bootId(): Promise<string> {
    return this.faults.perform('boot-id', '', () => this.id);
  }

  requestRestart({ graceSeconds }: RestartRequest): Promise<void> {
    return this.faults.perform(
      'restart',
      '',
      () => {
        if (this.isPending) return;
        this.requests += 1;
        if (!this.refused) this.dueInMs = graceSeconds * 1000;
      },
      true,
    );
  }

  cancelRestart(): Promise<boolean> {
    return this.faults.perform(
      'cancel-restart',
      '',
      () => {
        const wasPending = this.isPending;
        this.dueInMs = undefined;
        return wasPending;
      },
      true,
    );
  }

  /** Restarts the machine when the grace of a restart is over by then. */
  passTime(milliseconds: number): void {
    if (this.dueInMs === undefined) return;
    this.dueInMs -= milliseconds;
    if (this.dueInMs <= 0) this.restart();
  }

  /** What a restart does: Windows forgets. */
  restarted(): void {
    this.id = randomUUID();
    this.dueInMs = undefined;
  }
}
