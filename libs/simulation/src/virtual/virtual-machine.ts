import type { OrderClaims, Report } from '@fleetmend/client-protocol';
import { type MachineFaults } from '../faults/machine-faults';
import { nextStay } from '../faults/stay';
import { type MachineProfile, hintsOf } from '../machines/fleet';
import { presenceAt } from '../machines/habit';
import { SimulatedMachine } from '../machines/simulated-machine';
import { Random } from '../random';
import { judgeClaims } from '../runs/judge-claims';
import type { EventQueue } from './event-queue';
import type { Arrival } from './fleet-port';
import { type RunTruth, afterwards } from './run-truth';

const MINUTE = 60_000;

/** What all machines of a virtual fleet share. */
export interface VirtualSurroundings {
  readonly seed: string;
  readonly queue: EventQueue;
  readonly failsEveryMinutes: number;
  /** Without habits everybody is always there. */
  readonly hasHabits: boolean;
  /** A machine's connection, or what it has to say, is another now. */
  readonly touched: (machine: VirtualMachine) => void;
}

/** A machine in virtual time: when it is there, what it has to say, and what it knows of its runs. */
export class VirtualMachine {
  readonly profile: MachineProfile;
  readonly faults: MachineFaults;
  readonly #around: VirtualSurroundings;
  readonly #random: Random;
  readonly #instanceId: string;
  #simulated: SimulatedMachine;
  #id = '';
  /** Switched on. */
  #present = true;
  /** Has a network. */
  #linked = true;
  /** What it has to say, the oldest first. */
  outbox: Report[] = [];
  /** What it had said before it left last. */
  #said: Report[] = [];
  /** As its fleet has it: whether a server has let it in, and it has not gone since. */
  isConnected = false;
  readonly truths: RunTruth[] = [];

  constructor(profile: MachineProfile, faults: MachineFaults, around: VirtualSurroundings) {
    this.profile = profile;
    this.faults = faults;
    this.#around = around;
    this.#random = new Random(`${around.seed}/virtual/${profile.index}`);
    this.#instanceId = this.#random.uuid();
    this.#simulated = this.#simulate();
  }

  get id(): string {
    return this.#id;
  }
  /** Whether it would be connected if a server were there. */
  get isOnline(): boolean {
    return this.#present && this.#linked && !this.#simulated.isGone;
  }
  get isGone(): boolean {
    return this.#simulated.isGone;
  }
  get arrival(): Arrival {
    return {
      ...{ machineId: this.#id, instanceId: this.#instanceId, hints: hintsOf(this.profile) },
    };
  }

  /** Begins its life under this id; what it was before, and has not said, is forgotten. */
  begin(id: string): void {
    if (this.#id !== '') this.#simulated = this.#simulate();
    this.#id = id;
    this.outbox = [];
    this.#said = [];
    this.#simulated.begin(`virtual ${this.profile.index}`);
  }

  /** From now on it comes and goes as its people and its faults have it. */
  settle(): void {
    if (this.#around.hasHabits) this.#comeAndGo();
    this.#flap();
  }

  /** All that it has said before it left, and, while it is there or `anyhow`, all that it has to say. */
  speak(anyhow = false): readonly Report[] {
    const isThere = anyhow || (this.isConnected && this.isOnline);
    const spoken = isThere ? [...this.#said, ...this.outbox] : this.#said;
    if (spoken !== this.#said) this.outbox = [];
    this.#said = [];
    return spoken;
  }

  /** Takes what a server has for it. */
  follow(orders: readonly OrderClaims[]): void {
    for (const claims of orders) {
      if (this.#simulated.runs.has(claims.jti) || this.isGone) continue;
      const { queue } = this.#around;
      this.truths.push({
        ...{ runId: claims.jti, machineId: this.#id, mode: claims.mode },
        ...{ playbook: claims.playbook, version: claims.playbookVersion, begunAt: queue.now },
        ...{ verdict: undefined, endedAt: undefined, isLost: false },
      });
      this.#simulated.follow(judgeClaims(claims, { runs: this.#simulated.runs, now: queue.now }));
    }
  }

  #simulate(): SimulatedMachine {
    const { seed, queue, failsEveryMinutes, touched } = this.#around;
    const life: { current?: SimulatedMachine } = {};
    life.current = new SimulatedMachine(
      { seed, profile: this.profile, faults: this.faults, failsEveryMinutes, detail: 'brief' },
      {
        now: () => queue.now,
        later: (milliseconds, what) => {
          queue.add(queue.now + milliseconds, () => {
            // The life of a copy ends when it becomes a machine of its own.
            if (life.current === this.#simulated) what();
          });
        },
        tell: (...reports) => {
          for (const report of reports) this.#note(report);
          this.outbox.push(...reports);
          touched(this);
        },
        waiting: () => this.outbox.length,
        isAwake: () => this.#present,
        changed: () => undefined,
        gone: () => {
          this.#part();
          const truth = this.truths.at(-1);
          if (truth !== undefined) truth.isLost = true;
          touched(this);
        },
      },
      this.#random,
    );
    return life.current;
  }

  /** Keeps what it knows of its newest run in step with what it tells. */
  #note(report: Report): void {
    const truth =
      'runId' in report
        ? this.truths.find(({ runId }) => runId === report.runId)
        : this.truths.findLast(({ mode }) => mode === 'execute');
    if (truth === undefined) return;
    if (report.kind === 'run-event') {
      if (report.event === 'verdict') truth.verdict = report.verdict;
      if (report.event === 'refused') {
        truth.verdict = report.reason === 'expired-order' ? 'expired' : 'skipped';
      }
      if (truth.verdict !== undefined) truth.endedAt = this.#around.queue.now;
    }
    if (truth.verdict === undefined || truth.endedAt === undefined) return;
    const isLater = this.#around.queue.now > truth.endedAt;
    if (report.kind === 'failure' && isLater) truth.verdict = afterwards(truth.verdict, 'failed');
    if (report.kind === 'success' && isLater) truth.verdict = afterwards(truth.verdict, 'worked');
  }

  #comeAndGo(): void {
    const { queue } = this.#around;
    const { from, to } = presenceAt(this.profile, queue.now);
    if (to === Infinity) return;
    this.#be({ present: from <= queue.now });
    queue.add(from <= queue.now ? to : from, () => {
      this.#goWhenDone();
    });
  }

  /** Nobody switches a machine off that is at work: it is looked at again. */
  #goWhenDone(): void {
    const { queue } = this.#around;
    if (this.#present && this.#simulated.isActing && !this.isGone) {
      queue.add(queue.now + 5 * MINUTE, () => {
        this.#goWhenDone();
      });
      return;
    }
    this.#comeAndGo();
  }

  #flap(): void {
    const { queue } = this.#around;
    const stay = nextStay(this.faults, this.#random);
    if (stay === undefined || this.isGone) return;
    this.#be({ linked: true });
    queue.add(queue.now + stay.online, () => {
      this.#be({ linked: false });
      queue.add(queue.now + stay.offline, () => {
        this.#flap();
      });
    });
  }

  /** It is about to leave: what it has to say was said at once, but for what comes later. */
  #part(): void {
    if (!this.isConnected) return;
    this.#said.push(...this.outbox);
    this.outbox = [];
  }

  #be({ present = this.#present, linked = this.#linked }): void {
    if (this.isOnline && !(present && linked)) this.#part();
    this.#present = present;
    this.#linked = linked;
    this.#around.touched(this);
  }
}
