import type { OrderClaims, Report } from '@fleetmend/client-protocol';
import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { Backoff } from './backoff';
import { Connection } from './connection';
import { type Fault, Misfortune } from './faults';
import { type MachineProfile, hintsOf } from './fleet';
import { EnrolmentRefused, type Identity } from './identity';
import { inventoryOf } from './inventory';
import { type OrderDecision, type RunRecord, judgeOrder } from './orders';
import { Outbox } from './outbox';
import { Random } from './random';
import { backlog, failureReport, successReport } from './records';
import { type Act, type RunEventBody, scriptOf } from './run-script';
import { type Scenario, findScenario } from './scenarios';
import { backupName, fateOf } from './step-results';
import type { FleetStore, MachineRecord } from './store';

/** What all machines of a fleet share. */
export interface FleetContext {
  readonly server: URL;
  readonly seed: string;
  readonly speed: number;
  readonly faults: ReadonlySet<Fault>;
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

const MINUTE = 60_000;

/** One simulated machine: enrols, connects, fails, and follows orders. */
export class Machine {
  readonly #profile: MachineProfile;
  readonly #context: FleetContext;
  readonly #random: Random;
  readonly #instanceId = randomUUID();
  #tellEnrolled: (identity: Identity) => void = () => undefined;
  /** Its identity, as soon as it has one: what a copy of its disk would hold. */
  readonly enrolled = new Promise<Identity>((resolve) => {
    this.#tellEnrolled = resolve;
  });
  #identity: Identity | undefined;
  #since = new Date();
  #begun = false;
  #trouble: Scenario | undefined;
  #runs = new Map<string, RunRecord>();
  #outbox = new Outbox();
  readonly #rejected = new Set<string>();
  /** Orders are judged one after the other: the same one may come twice at the same time. */
  #judging: Promise<void> = Promise.resolve();

  constructor(profile: MachineProfile, context: FleetContext) {
    this.#profile = profile;
    this.#context = context;
    this.#random = new Random(`${context.seed}/${profile.index}/${Date.now()}`);
    const kept = context.store.get(profile.index);
    if (kept !== undefined) this.#recall(kept);
    context.store.watch(profile.index, () => this.#record());
  }

  /** Lives until `signal`. Throws {@link EnrolmentRefused} when the server doesn't want the machine. */
  async live(signal: AbortSignal): Promise<void> {
    const backoff = new Backoff(Math.random);
    while (!signal.aborted) {
      if (this.#identity === undefined) await this.#enrol(signal);
      if (this.#identity === undefined) return;
      this.#tellEnrolled(this.#identity);
      this.#begin();
      const end = new AbortController();
      const both = AbortSignal.any([signal, end.signal]);
      const connection = this.#connection(this.#identity, both);
      const life = Promise.all([this.#fail(both), this.#sleepNowAndThen(connection, both)]);
      const outcome = await connection.run(both);
      end.abort();
      await life;
      if (outcome === 'cloned-key') await this.#becomeOwn(signal);
      // The server has lost its data, or someone deleted the machine: it comes anew.
      if (outcome === 'unknown-machine') {
        this.#forget();
        await wait(backoff.next(), undefined, { signal }).catch(() => undefined);
      }
    }
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

  #connection(identity: Identity, signal: AbortSignal): Connection {
    const { server, faults, onConnected, onRejected } = this.#context;
    return new Connection({
      server,
      identity,
      greeting: { instanceId: this.#instanceId, hints: hintsOf(this.#profile) },
      outbox: this.#outbox,
      random: this.#random.branch('connection'),
      misfortune: new Misfortune(faults, this.#random.branch('faults')),
      settledRuns: () => this.#settledRuns(),
      onOrders: (orders, settled) => {
        this.#judging = this.#judging.then(async () => {
          for (const order of orders) {
            const context = { identity, runs: this.#runs, settled, now: Date.now() };
            this.#follow(order, await judgeOrder(order, context), signal);
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

  /** Writes the backlog at the first start, and ends runs that the last stop had cut short. */
  #begin(): void {
    if (!this.#begun) {
      this.#begun = true;
      const { seed } = this.#context;
      const ids = new Random(`${seed}/${this.#identity?.machineId ?? ''}/backlog`);
      this.#add(...backlog(this.#profile, this.#since, ids));
      this.#trouble = this.#profile.isOver ? undefined : this.#profile.trouble;
    }
    this.#add(this.#inventory());
    for (const [runId, run] of this.#runs) {
      if (run.ended) continue;
      this.#event(runId, {
        event: 'verdict',
        verdict: 'rolled-back',
        message: 'The machine was restarted in the middle. What had been done was taken back.',
      });
    }
  }

  #inventory(): Report {
    return {
      kind: 'inventory',
      ...this.#stamp(),
      inventory: inventoryOf(this.#profile, {
        now: new Date(),
        bootedAt: this.#since,
        waitingReports: this.#outbox.reports.length,
        backups: [...this.#runs].flatMap(([runId, { backup }]) =>
          backup === undefined ? [] : [{ runId, name: backup.name, at: new Date(backup.at) }],
        ),
      }),
    };
  }

  /** What is wrong goes wrong again and again, or passes. */
  async #fail(signal: AbortSignal): Promise<void> {
    for (;;) {
      const pause = -Math.log(1 - this.#random.next()) * 60 * MINUTE;
      if (!(await this.#pause(pause, signal))) return;
      const trouble = this.#trouble;
      if (trouble === undefined || this.#isActing()) continue;
      if (trouble.passes && this.#random.chance(0.4)) this.#mend(trouble);
      else this.#add(failureReport(this.#profile, trouble, new Date(), this.#random));
    }
  }

  async #sleepNowAndThen(connection: Connection, signal: AbortSignal): Promise<void> {
    if (!this.#profile.isNotebook) return;
    while (await this.#pause(this.#random.between(15, 120) * MINUTE, signal)) {
      const rest = this.#random.between(1, 8) * MINUTE;
      if (!this.#isActing()) connection.cut(rest / this.#context.speed);
    }
  }

  #settledRuns(): ReadonlySet<string> {
    const settled = new Set<string>();
    for (const [runId, { ended }] of this.#runs) if (ended) settled.add(runId);
    for (const report of this.#outbox.reports) if ('runId' in report) settled.delete(report.runId);
    return settled;
  }

  #follow(order: string, decision: OrderDecision, signal: AbortSignal): void {
    if (decision.kind === 'ignore' || signal.aborted) return;
    if (decision.kind === 'reject') {
      const { reason, message } = decision;
      const digest = createHash('sha256').update(order).digest('hex');
      // Said once, however often it comes.
      if (this.#rejected.has(digest)) return;
      this.#rejected.add(digest);
      this.#add({ kind: 'rejected-order', ...this.#stamp(), reason, digest, message });
      return;
    }
    if (decision.kind === 'refuse') {
      const { runId, reason, message } = decision;
      this.#runs.set(runId, { mode: 'execute', next: 0, ended: false, changed: false });
      this.#event(runId, { event: 'refused', reason, message });
      return;
    }
    const { claims, playbook, parameters } = decision;
    const random = new Random(`${this.#context.seed}/${claims.jti}`);
    const { mode } = claims;
    this.#runs.set(claims.jti, { mode, next: 0, ended: false, changed: false });
    const fate = fateOf(this.#trouble, parameters, random.branch('fate'));
    const startedAt = new Date();
    const circumstances = { profile: this.#profile, startedAt, random };
    const script = scriptOf({ mode, playbook, parameters, fate, circumstances });
    void this.#play(claims, script, startedAt, signal);
  }

  async #play(
    claims: OrderClaims,
    script: readonly Act[],
    startedAt: Date,
    signal: AbortSignal,
  ): Promise<void> {
    for (const act of script) {
      if (!(await this.#pause(act.after, signal))) return;
      if (act.kind === 'event') this.#event(claims.jti, act.body);
      else if (act.kind === 'history') this.#sendHistory(claims.jti, act.name);
      else this.#effect(claims.jti, act.effect, startedAt, signal);
    }
    if (claims.undoes !== undefined)
      this.#update(claims.undoes, { changed: false, backup: undefined });
    // What stands on the disk is another now.
    if (claims.undoes !== undefined || this.#runs.get(claims.jti)?.backup)
      this.#add(this.#inventory());
  }

  #effect(
    runId: string,
    effect: Extract<Act, { kind: 'effect' }>['effect'],
    startedAt: Date,
    signal: AbortSignal,
  ): void {
    const trouble = this.#trouble;
    const backup = { name: backupName(startedAt), at: startedAt.toISOString() };
    if (effect === 'changed') this.#update(runId, { changed: true, backup });
    else if (effect === 'taken-back') this.#update(runId, { changed: false, backup: undefined });
    else if (trouble === undefined) return;
    else if (effect === 'mended') this.#mend(trouble);
    else if (effect === 'mended-later') {
      void this.#pause(this.#random.between(1, 4) * MINUTE, signal).then((lives) => {
        if (lives) this.#mend(trouble);
      });
    } else this.#add(failureReport(this.#profile, trouble, new Date(), this.#random));
  }

  #mend(trouble: Scenario): void {
    if (this.#trouble !== trouble) return;
    this.#trouble = undefined;
    this.#add(successReport(this.#profile, trouble, new Date(), this.#random));
  }

  #sendHistory(runId: string, name: string): void {
    const rows = this.#profile.trouble === undefined ? [] : [this.#profile.trouble];
    const content = rows
      .map((row) => failureReport(this.#profile, row, new Date(), this.#random).evidence[0]?.record)
      .join('\r\n');
    this.#add({ kind: 'history', ...this.#stamp(), runId, name, part: 0, parts: 1, content });
  }

  #event(runId: string, body: RunEventBody): void {
    const sequence = this.#runs.get(runId)?.next ?? 0;
    const ended = body.event === 'verdict' || body.event === 'refused';
    this.#update(runId, { next: sequence + 1, ended });
    this.#add({ kind: 'run-event', ...this.#stamp(), runId, sequence, ...body });
  }

  #update(runId: string, change: Partial<RunRecord>): void {
    const run = this.#runs.get(runId);
    if (run !== undefined) this.#runs.set(runId, { ...run, ...change });
    this.#context.store.touch();
  }

  #add(...reports: readonly Report[]): void {
    this.#outbox.add(...reports);
    this.#context.store.touch();
  }

  #stamp(): { id: string; createdAt: string } {
    return { id: this.#random.uuid(), createdAt: new Date().toISOString() };
  }

  #isActing(): boolean {
    return [...this.#runs.values()].some(({ ended }) => !ended);
  }

  /** Waits, faster than life where that is wanted. Gives false when it's over meanwhile. */
  async #pause(milliseconds: number, signal: AbortSignal): Promise<boolean> {
    return wait(milliseconds / this.#context.speed, true, { signal }).catch(() => false);
  }

  #recall(kept: MachineRecord): void {
    this.#identity = kept.identity;
    this.#since = new Date(kept.since);
    this.#begun = kept.begun;
    this.#trouble = kept.trouble === null ? undefined : findScenario(kept.trouble);
    this.#runs = new Map(Object.entries(kept.runs));
    this.#outbox = new Outbox(kept.outbox);
  }

  #forget(): void {
    this.#identity = undefined;
    this.#since = new Date();
    this.#begun = false;
    this.#runs = new Map();
    this.#outbox = new Outbox();
  }

  #record(): MachineRecord | undefined {
    if (this.#identity === undefined) return undefined;
    return {
      identity: this.#identity,
      since: this.#since.toISOString(),
      begun: this.#begun,
      trouble: this.#trouble?.id ?? null,
      runs: Object.fromEntries(this.#runs),
      outbox: [...this.#outbox.reports],
    };
  }
}
