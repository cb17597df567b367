import type { Report } from '@fleetmend/client-protocol';
import {
  type FaultProfile,
  type MachineFaults,
  type MachineMemory,
  type MachineProfile,
  Random,
  SimulatedMachine,
  type Stay,
  faultsOf,
  hintsOf,
  nextNap,
  nextStay,
} from '@fleetmend/simulation';
import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { Backoff } from './backoff';
import { Connection } from './connection';
import { type Fault, Misfortune } from './faults';
import { EnrolmentRefused, type Identity } from './identity';
import { type OrderDecision, judgeOrder } from './orders';
import { Outbox } from './outbox';
import type { FleetStore, MachineRecord } from './store';

/** What all machines of a fleet share. */
export interface FleetContext {
  readonly server: URL;
  readonly seed: string;
  readonly speed: number;
  readonly faults: ReadonlySet<Fault>;
  readonly profiles: readonly FaultProfile[];
  readonly store: FleetStore;
  readonly enrol: (profile: MachineProfile, signal: AbortSignal) => Promise<Identity>;
  /** Gives a computer with the copied key `copied` a key of its own. */
  readonly reEnrol: (
    copied: Identity,
    instanceId: string,
    profile: MachineProfile,
    signal: AbortSignal,
  ) => Promise<Identity>;
  readonly onConnected?: (connected: boolean) => void;
  readonly onRejected?: (profile: MachineProfile, messages: readonly string[]) => void;
}

/** Its updates fail about once an hour: a day of life in an hour is what a demo needs. */
const FAILS_EVERY_MINUTES = 60;

/** One simulated machine: enrols, connects, fails, and follows orders. */
export class Machine {
  readonly #profile: MachineProfile;
  readonly #wrong: MachineFaults;
  readonly #context: FleetContext;
  readonly #random: Random;
  readonly #instanceId = randomUUID();
  #tellEnrolled: (identity: Identity) => void = () => undefined;
  /** Its identity, as soon as it has one: what a copy of its disk would hold. */
  readonly enrolled = new Promise<Identity>((resolve) => {
    this.#tellEnrolled = resolve;
  });
  #identity: Identity | undefined;
  #memory: MachineMemory | undefined;
  #simulated: SimulatedMachine | undefined;
  #outbox = new Outbox();
  readonly #rejected = new Set<string>();
  /** Orders are judged one after the other: the same one may come twice at the same time. */
  #judging: Promise<void> = Promise.resolve();

  constructor(profile: MachineProfile, context: FleetContext) {
    this.#profile = profile;
    this.#context = context;
    this.#wrong = faultsOf(context.seed, profile.index, context.profiles);
    this.#random = new Random(`${context.seed}/${profile.index}/${Date.now()}`);
    const kept = context.store.get(profile.index);
    if (kept !== undefined) {
      const { identity, outbox, ...memory } = kept;
      this.#identity = identity;
      this.#outbox = new Outbox(outbox);
      this.#memory = memory;
    }
    context.store.watch(profile.index, () => this.#record());
  }

  /** Lives until `signal`, or until it goes silent. Throws {@link EnrolmentRefused} when the server doesn't want it. */
  async live(signal: AbortSignal): Promise<void> {
    const backoff = new Backoff(Math.random);
    while (!signal.aborted) {
      if (this.#identity === undefined) await this.#enrol(signal);
      if (this.#identity === undefined) return;
      this.#tellEnrolled(this.#identity);
      const end = new AbortController();
      const both = AbortSignal.any([signal, end.signal]);
      const simulated = this.#simulate(both, () => {
        end.abort();
      });
      if (simulated.isGone) return;
      simulated.begin(this.#identity.machineId);
      const connection = this.#connection(this.#identity, simulated, both);
      const stays = this.#comeAndGo(connection, both);
      const outcome = await connection.run(both);
      const isGone = end.signal.aborted;
      end.abort();
      await stays;
      if (isGone) return;
      this.#memory = simulated.memory;
      if (outcome === 'cloned-key') await this.#becomeOwn(signal);
      // The server has lost its data, or someone deleted the machine: it comes anew.
      if (outcome === 'unknown-machine') {
        this.#forget();
        await wait(backoff.next(), undefined, { signal }).catch(() => undefined);
      }
    }
  }

  #simulate(signal: AbortSignal, onGone: () => void): SimulatedMachine {
    const { seed, store } = this.#context;
    const nature = {
      ...{ seed, profile: this.#profile, faults: this.#wrong },
      ...{ failsEveryMinutes: FAILS_EVERY_MINUTES, detail: 'all' as const },
    };
    const world = {
      now: () => Date.now(),
      later: (milliseconds: number, what: () => void) => {
        void this.#pause(milliseconds, signal).then((lives) => {
          if (lives) what();
        });
      },
      tell: (...reports: readonly Report[]) => {
        this.#outbox.add(...reports);
      },
      waiting: () => this.#outbox.reports.length,
      isAwake: () => true,
      changed: () => {
        store.touch();
      },
      gone: onGone,
    };
    this.#simulated = new SimulatedMachine(nature, world, this.#random, this.#memory);
    return this.#simulated;
  }

  async #becomeOwn(signal: AbortSignal): Promise<void> {
    const copied = this.#identity;
    if (copied === undefined) return;
    try {
      const { reEnrol } = this.#context;
      const identity = await reEnrol(copied, this.#instanceId, this.#profile, signal);
      // Nothing that waits was made under the new identity.
      this.#forget();
      this.#identity = identity;
      this.#context.store.touch();
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  async #enrol(signal: AbortSignal): Promise<void> {
    try {
      this.#identity = await this.#context.enrol(this.#profile, signal);
    } catch (error) {
      if (error instanceof EnrolmentRefused || !signal.aborted) throw error;
      return;
    }
    this.#context.store.touch();
  }

  #connection(identity: Identity, simulated: SimulatedMachine, signal: AbortSignal): Connection {
    const { server, faults, onConnected, onRejected } = this.#context;
    return new Connection({
      server,
      identity,
      greeting: { instanceId: this.#instanceId, hints: hintsOf(this.#profile) },
      outbox: this.#outbox,
      random: this.#random.branch('connection'),
      misfortune: new Misfortune(faults, this.#random.branch('faults')),
      settledRuns: () => this.#settledRuns(simulated),
      onOrders: (orders, settled) => {
        this.#judging = this.#judging.then(async () => {
          for (const order of orders) {
            const context = { identity, runs: simulated.runs, settled, now: Date.now() };
            const decision = await judgeOrder(order, context);
            if (!signal.aborted) this.#follow(order, decision, simulated);
          }
        });
        return this.#judging;
      },
      ...(onConnected === undefined ? {} : { onConnected }),
      onRejected: (messages) => {
        onRejected?.(this.#profile, messages);
      },
    });
  }

  async #comeAndGo(connection: Connection, signal: AbortSignal): Promise<void> {
    for (;;) {
      const fault = nextStay(this.#wrong, this.#random);
      const stay: Stay | undefined =
        fault ?? (this.#profile.isNotebook ? nextNap(this.#random) : undefined);
      if (stay === undefined || !(await this.#pause(stay.online, signal))) return;
      // A notebook doesn't go to sleep while it works; a bad connection doesn't ask.
      if (fault !== undefined || this.#simulated?.isActing !== true) {
        connection.cut(stay.offline / this.#context.speed);
        if (fault !== undefined && !(await this.#pause(stay.offline, signal))) return;
      }
    }
  }

  #settledRuns(simulated: SimulatedMachine): ReadonlySet<string> {
    const settled = new Set<string>();
    for (const [runId, { ended }] of simulated.runs) if (ended) settled.add(runId);
    for (const report of this.#outbox.reports) if ('runId' in report) settled.delete(report.runId);
    return settled;
  }

  #follow(order: string, decision: OrderDecision, simulated: SimulatedMachine): void {
    if (decision.kind === 'ignore') return;
    if (decision.kind !== 'reject') {
      simulated.follow(decision);
      return;
    }
    const { reason, message } = decision;
    const digest = createHash('sha256').update(order).digest('hex');
    // Said once, however often it comes.
    if (this.#rejected.has(digest)) return;
    this.#rejected.add(digest);
    this.#outbox.add({ kind: 'rejected-order', ...simulated.stamp(), reason, digest, message });
    this.#context.store.touch();
  }

  /** Waits, faster than life where that is wanted. Gives false when it's over meanwhile. */
  async #pause(milliseconds: number, signal: AbortSignal): Promise<boolean> {
    // Timers take no more than 24 days.
    const rest = Math.min(milliseconds / this.#context.speed, 2 ** 31 - 1);
    return wait(rest, true, { signal }).catch(() => false);
  }

  #forget(): void {
    this.#identity = undefined;
    this.#memory = undefined;
    this.#simulated = undefined;
    this.#outbox = new Outbox();
  }

  #record(): MachineRecord | undefined {
    const memory = this.#simulated?.memory ?? this.#memory;
    if (this.#identity === undefined || memory === undefined) return undefined;
    return {
      ...{ identity: this.#identity, since: memory.since, begun: memory.begun },
      ...{ trouble: memory.trouble, runs: { ...memory.runs }, comesBack: memory.comesBack },
      ...{ gone: memory.gone, outbox: [...this.#outbox.reports] },
    };
  }
}
