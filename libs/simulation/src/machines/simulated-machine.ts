import type { Report } from '@fleetmend/client-protocol';
import type { MachineFaults } from '../faults/machine-faults';
import { Random } from '../random';
import type { Act, RunEventBody } from '../runs/act';
import { briefly } from '../runs/briefly';
import type { Effect } from '../runs/effect';
import { fateOf } from '../runs/fate';
import type { ClaimsDecision, RunRecord } from '../runs/judge-claims';
import { scriptOf } from '../runs/run-script';
import { backupName } from '../runs/step-results';
import type { MachineProfile } from './fleet';
import { inventoryOf } from './inventory';
import { backlog, failureReport, successReport } from './records';
import { type Scenario, findScenario } from './scenarios';

const MINUTE = 60_000;

/** Where a simulated machine lives: real time and a real connection, or a virtual one. */
export interface World {
  /** The true time, in milliseconds since 1970. */
  now(): number;
  /** Does something so many milliseconds later, unless the machine's life ends before. */
  later(milliseconds: number, what: () => void): void;
  /** Takes what the machine has to say, until a server has it. */
  tell(...reports: readonly Report[]): void;
  /** How many reports wait to be taken by a server. */
  waiting(): number;
  /** Whether it runs: a machine that sleeps doesn't fail. */
  isAwake(): boolean;
  /** Its memory is another now. */
  changed(): void;
  /** Nothing is to be heard of it any more. */
  gone(): void;
}

/** What a machine keeps when it is switched off. */
export interface MachineMemory {
  /** The first start: what the backlog is dated from. */
  readonly since: string;
  /** Whether the backlog is told. */
  readonly begun: boolean;
  /** The scenario that its updates fail with at present, or null. */
  readonly trouble: string | null;
  readonly runs: Readonly<Record<string, RunRecord>>;
  /** What will be wrong with it again, and when. */
  readonly comesBack?: { readonly trouble: string; readonly at: string } | undefined;
  readonly gone?: boolean | undefined;
}

/** What never changes about a machine. */
export interface MachineNature {
  readonly seed: string;
  readonly profile: MachineProfile;
  readonly faults: MachineFaults;
  /** Its updates fail about once in so many minutes while something is wrong. */
  readonly failsEveryMinutes: number;
  /** `brief`: only what decides something is told, see `briefly`; of the past, only the last failure. */
  readonly detail: 'all' | 'brief';
}

/** How a machine behaves: what fails on it, and what becomes of the orders that it follows. Knows no server. */
export class SimulatedMachine {
  readonly #nature: MachineNature;
  readonly #world: World;
  readonly #random: Random;
  #since: string;
  #begun = false;
  #trouble: Scenario | undefined;
  #comesBack: MachineMemory['comesBack'];
  #gone = false;
  #clockOffset: number;
  readonly #runs: Map<string, RunRecord>;

  constructor(nature: MachineNature, world: World, random: Random, memory?: MachineMemory) {
    this.#nature = nature;
    this.#world = world;
    this.#random = random;
    this.#clockOffset = nature.faults.clockOffset;
    this.#since = memory?.since ?? new Date(world.now()).toISOString();
    this.#begun = memory?.begun ?? false;
    this.#trouble = findScenario(memory?.trouble ?? '');
    this.#comesBack = memory?.comesBack;
    this.#gone = memory?.gone ?? false;
    this.#runs = new Map(Object.entries(memory?.runs ?? {}));
  }

  get memory(): MachineMemory {
    return {
      ...{ since: this.#since, begun: this.#begun, trouble: this.#trouble?.id ?? null },
      runs: Object.fromEntries(this.#runs),
      ...(this.#comesBack === undefined ? {} : { comesBack: this.#comesBack }),
      ...(this.#gone ? { gone: true } : {}),
    };
  }

  get runs(): ReadonlyMap<string, RunRecord> {
    return this.#runs;
  }
  /** What its updates fail with at present. */
  get trouble(): Scenario | undefined {
    return this.#trouble;
  }
  get isGone(): boolean {
    return this.#gone;
  }
  get isActing(): boolean {
    for (const { ended } of this.#runs.values()) if (!ended) return true;
    return false;
  }

  /**
   * Comes up: tells its past at the first start, ends runs that the last stop had cut short, and begins to fail.
   * `identity` names the backlog, so that one that is told twice counts once.
   */
  begin(identity: string): void {
    const { seed, profile, detail } = this.#nature;
    if (!this.#begun) {
      this.#begun = true;
      const ids = new Random(`${seed}/${identity}/backlog`);
      const past = backlog(profile, new Date(Date.parse(this.#since) + this.#clockOffset), ids);
      this.#tell(...(detail === 'brief' ? past.slice(-1) : past));
      this.#trouble = profile.isOver ? undefined : profile.trouble;
    }
    this.tellInventory();
    for (const [runId, run] of this.#runs) {
      if (run.ended) continue;
      this.#event(runId, {
        event: 'verdict',
        verdict: 'rolled-back',
        message: 'The machine was restarted in the middle. What had been done was taken back.',
      });
    }
    if (this.#comesBack !== undefined) {
      this.#breakAgain(Date.parse(this.#comesBack.at) - this.#world.now());
    }
    this.#failNowAndThen();
  }

  /** Follows an order that is trusted, or says why it doesn't. */
  follow(decision: ClaimsDecision): void {
    if (decision.kind === 'refuse') {
      const { runId, reason, message } = decision;
      this.#runs.set(runId, { mode: 'execute', next: 0, ended: false, changed: false });
      this.#event(runId, { event: 'refused', reason, message });
      return;
    }
    const { claims, playbook, parameters } = decision;
    const { seed, profile, faults, detail } = this.#nature;
    const { mode, jti: runId } = claims;
    // By its number, not its id: the same fleet has the same fates on every server.
    const random = new Random(`${seed}/${profile.machineGuid}/run ${this.#runs.size}`);
    this.#runs.set(runId, { mode, next: 0, ended: false, changed: false });
    const found = { trouble: this.#trouble, faults };
    const fate = fateOf({ playbook, parameters, ...found, random: random.branch('fate') });
    const startedAt = this.#clock();
    const acts = scriptOf({
      ...{ mode, playbook, parameters, fate, hasFailure: claims.failure !== undefined },
      circumstances: { profile, faults, startedAt, random },
    });
    const script = detail === 'brief' ? briefly(acts, playbook) : acts;
    this.#play({ runId, undoes: claims.undoes, script, startedAt, trouble: this.#trouble }, 0);
  }

  tellInventory(): void {
    const now = this.#clock();
    this.#tell({
      kind: 'inventory',
      ...this.stamp(),
      inventory: inventoryOf(this.#nature.profile, {
        now,
        bootedAt: new Date(this.#since),
        waitingReports: this.#world.waiting(),
        ...(this.#clockOffset === 0 ? {} : { clockOffset: this.#clockOffset }),
        backups: [...this.#runs].flatMap(([runId, { backup }]) =>
          backup === undefined ? [] : [{ runId, name: backup.name, at: new Date(backup.at) }],
        ),
      }),
    });
  }

  /** What every report begins with. */
  stamp(): { id: string; createdAt: string } {
    return { id: this.#random.uuid(), createdAt: this.#clock().toISOString() };
  }

  /** What is wrong goes wrong again and again, or passes. */
  #failNowAndThen(): void {
    const minutes = -Math.log(1 - this.#random.next()) * this.#nature.failsEveryMinutes;
    this.#world.later(minutes * MINUTE, () => {
      if (this.#gone) return;
      const trouble = this.#trouble;
      if (trouble !== undefined && !this.isActing && this.#world.isAwake()) {
        if (trouble.passes && this.#random.chance(0.4)) this.#mend(trouble);
        else this.#fail(trouble);
      }
      this.#failNowAndThen();
    });
  }

  #play(run: PlayedRun, next: number): void {
    const act = run.script[next];
    if (act === undefined) {
      this.#finish(run);
      return;
    }
    this.#world.later(act.after, () => {
      if (this.#gone) return;
      if (act.kind === 'event') this.#event(run.runId, act.body);
      else if (act.kind === 'history') this.#tellHistory(run.runId, act.name);
      else this.#suffer(act, run);
      this.#play(run, next + 1);
    });
  }

  #finish({ runId, undoes }: PlayedRun): void {
    if (undoes !== undefined) this.#update(undoes, { changed: false, backup: undefined });
    // What stands on the disk is another now.
    const { detail } = this.#nature;
    if (detail === 'all' && (undoes !== undefined || this.#runs.get(runId)?.backup)) {
      this.tellInventory();
    }
  }

  #suffer(act: Effect, { runId, startedAt, trouble }: PlayedRun): void {
    switch (act.effect) {
      case 'changed': {
        const backup = { name: backupName(startedAt), at: startedAt.toISOString() };
        this.#update(runId, { changed: true, backup });
        break;
      }
      case 'taken-back':
        this.#update(runId, { changed: false, backup: undefined });
        break;
      case 'clock-set':
        this.#clockOffset = 0;
        break;
      case 'gone':
        this.#gone = true;
        this.#world.changed();
        this.#world.gone();
        break;
      case 'mended':
        if (trouble !== undefined) this.#mend(trouble);
        break;
      case 'mended-later':
        if (trouble !== undefined) {
          this.#world.later(act.within, () => {
            this.#mend(trouble);
          });
        }
        break;
      case 'comes-back':
        if (trouble !== undefined) {
          const at = new Date(this.#world.now() + act.within).toISOString();
          this.#comesBack = { trouble: trouble.id, at };
          this.#breakAgain(act.within);
        }
        break;
      case 'failed-again':
        if (trouble !== undefined && this.#trouble === trouble) this.#fail(trouble);
        break;
      case 'turned':
        this.#trouble = act.into;
        this.#fail(act.into);
        break;
    }
  }

  #breakAgain(milliseconds: number): void {
    this.#world.later(Math.max(0, milliseconds), () => {
      const trouble = findScenario(this.#comesBack?.trouble ?? '');
      this.#comesBack = undefined;
      if (this.#gone || trouble === undefined) return;
      this.#trouble = trouble;
      this.#fail(trouble);
    });
  }

  #fail(trouble: Scenario): void {
    this.#tell(failureReport(this.#nature.profile, trouble, this.#clock(), this.#random));
  }

  #mend(trouble: Scenario): void {
    if (this.#gone || this.#trouble !== trouble) return;
    this.#trouble = undefined;
    this.#tell(successReport(this.#nature.profile, trouble, this.#clock(), this.#random));
  }

  #tellHistory(runId: string, name: string): void {
    const { profile } = this.#nature;
    const rows = profile.trouble === undefined ? [] : [profile.trouble];
    const content = rows
      .map((row) => failureReport(profile, row, this.#clock(), this.#random).evidence[0]?.record)
      .join('\r\n');
    this.#tell({ kind: 'history', ...this.stamp(), runId, name, part: 0, parts: 1, content });
  }

  #event(runId: string, body: RunEventBody): void {
    const sequence = this.#runs.get(runId)?.next ?? 0;
    const ended = body.event === 'verdict' || body.event === 'refused';
    this.#update(runId, { next: sequence + 1, ended });
    this.#tell({ kind: 'run-event', ...this.stamp(), runId, sequence, ...body });
  }

  #update(runId: string, change: Partial<RunRecord>): void {
    const run = this.#runs.get(runId);
    if (run !== undefined) this.#runs.set(runId, { ...run, ...change });
    this.#world.changed();
  }

  #tell(...reports: readonly Report[]): void {
    this.#world.tell(...reports);
    this.#world.changed();
  }

  /** What time it is for the machine. */
  #clock(): Date {
    return new Date(this.#world.now() + this.#clockOffset);
  }
}

interface PlayedRun {
  readonly runId: string;
  readonly undoes: string | undefined;
  readonly script: readonly Act[];
  readonly startedAt: Date;
  /** What was wrong when it began. */
  readonly trouble: Scenario | undefined;
}
