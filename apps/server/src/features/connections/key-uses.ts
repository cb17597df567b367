import { isElsewhere, type MachineHints, nearness } from '@fleetmend/domain';

/** Who uses a key: one start of a client, and what hints at its computer. Old clients say neither. */
export interface KeyUse {
  readonly instanceId: string | undefined;
  readonly hints: MachineHints | undefined;
}

/** What is remembered of a key that several instances have used at the same time. */
interface Contest {
  /** Instances whose connection had to give way to another instance's. */
  readonly displaced: Set<string>;
  /** Those of them that came back, so they live on. */
  readonly returned: Set<string>;
  /** Those that are told to get a key of their own. */
  readonly cloned: Set<string>;
  touchedAt: number;
}

/** So long is remembered, in ms, and of so many keys. */
const MEMORY = 3_600_000;
const KEYS = 10_000;

/**
 * Tells one computer that comes back from two that share a key. A client that was started anew, or whose network
 * changed, never returns as the instance that it was: where two instances both return after each other, both live.
 */
export class KeyUses {
  private readonly contests = new Map<string, Contest>();

  /**
   * Whether `use` may have the machine's connection at the moment `now` (ms). `recorded` are the hints that are known
   * of the machine, `current` is who has the connection.
   */
  admit(
    machineId: string,
    recorded: MachineHints,
    use: KeyUse,
    current: KeyUse | undefined,
    now: number,
  ): boolean {
    const name = nameOf(use);
    if (use.hints && isElsewhere(recorded, use.hints)) return false;
    const contest = this.recall(machineId, now);
    if (contest?.cloned.has(name)) return false;
    const other = current && nameOf(current);
    if (other === undefined || other === name) return true;
    const { displaced, returned, cloned } = contest ?? this.begin(machineId, now);
    const returns = displaced.has(name);
    const bothLive = returns && returned.has(other);
    if (bothLive && nearness(recorded, use.hints) <= nearness(recorded, current?.hints)) {
      cloned.add(name);
      return false;
    }
    if (bothLive) cloned.add(other);
    if (returns) returned.add(name);
    displaced.add(other);
    return true;
  }

  /** Whether this instance was found to use another computer's key. */
  isClone(machineId: string, instanceId: string, now: number): boolean {
    return this.recall(machineId, now)?.cloned.has(instanceId) === true;
  }

  private recall(machineId: string, now: number): Contest | undefined {
    const contest = this.contests.get(machineId);
    if (!contest || now - contest.touchedAt <= MEMORY) {
      if (contest) contest.touchedAt = now;
      return contest;
    }
    this.contests.delete(machineId);
    return undefined;
  }

  private begin(machineId: string, now: number): Contest {
    const [oldest] = this.contests.keys();
    if (this.contests.size >= KEYS && oldest !== undefined) this.contests.delete(oldest);
    const contest: Contest = {
      displaced: new Set(),
      returned: new Set(),
      cloned: new Set(),
      touchedAt: now,
    };
    this.contests.set(machineId, contest);
    return contest;
  }
}

/** Old clients don't say which instance they are: all of them are one. */
function nameOf({ instanceId }: KeyUse): string {
  return instanceId ?? '';
}
