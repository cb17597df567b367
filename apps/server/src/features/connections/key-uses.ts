import { isElsewhere, type MachineHints, nearness } from '@fleetmend/domain';

/** Who uses a key: one start of a client, and what hints at its computer. Old clients say neither. */
export interface KeyUse {
  readonly instanceId: string | undefined;
  readonly hints: MachineHints | undefined;
}

/** What one use has taught about a key, for the other servers: {@link KeyUses.learn}. */
export interface KeyLesson {
  readonly machineId: string;
  readonly name: string;
  readonly nearness: number;
  readonly displaced: readonly string[];
  readonly returned: readonly string[];
  readonly cloned: readonly string[];
}

/** What is remembered of a key that several instances have used at the same time. */
interface Contest {
  /** How near they were to the machine when they came. */
  readonly nearness: Map<string, number>;
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

  /** `teach` is told what the other servers have to know, too. */
  constructor(private readonly teach: (lesson: KeyLesson) => void = () => undefined) {}

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
    const { displaced, returned, nearness: known } = contest ?? this.begin(machineId, now);
    const near = nearness(recorded, use.hints);
    const otherNear = current?.hints ? nearness(recorded, current.hints) : (known.get(other) ?? 0);
    const returns = displaced.has(name);
    const bothLive = returns && returned.has(other);
    const admitted = !bothLive || near > otherNear;
    const lesson: KeyLesson = {
      ...{ machineId, name, nearness: near },
      displaced: admitted ? [other] : [],
      returned: admitted && returns ? [name] : [],
      cloned: bothLive ? [admitted ? other : name] : [],
    };
    this.learn(lesson, now);
    this.teach(lesson);
    return admitted;
  }

  /** Takes over what another server has found. */
  learn(lesson: KeyLesson, now: number): void {
    const contest = this.recall(lesson.machineId, now) ?? this.begin(lesson.machineId, now);
    contest.nearness.set(lesson.name, lesson.nearness);
    for (const set of ['displaced', 'returned', 'cloned'] as const) {
      for (const name of lesson[set]) contest[set].add(name);
    }
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
      nearness: new Map(),
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
