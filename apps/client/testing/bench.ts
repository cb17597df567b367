import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Report, reportSchema, type RunEventReport } from '@fleetmend/client-protocol';
import { findPlaybook } from '@fleetmend/domain';
import { type Clock } from '../src/clock';
import { type PastObservation } from '../src/detection/detection-store';
import { silentLog } from '../src/log';
import { Outbox } from '../src/outbox/outbox';
import { type DriveResult, Executor } from '../src/playbooks/executor';
import { Journal, type JournalWatcher } from '../src/playbooks/journal';
import { type RunDefinition } from '../src/playbooks/run-definition';
import { openState } from '../src/state/open-state';
import { type State, text } from '../src/state/state';
import { SimulatedCrash, type SimulatedWindows, simulatedWindows } from '../src/windows/simulated';
import { temporaryFolder } from './temporary-folder';
import { VirtualClock } from './virtual-clock';

/** Thrown by nobody: a life that crashed never comes back from its last call, as a process that is gone. */
export class Death {
  readonly happened: Promise<'dead' | 'restarted'>;
  hasHappened = false;
  private die!: (how: 'dead' | 'restarted') => void;

  constructor() {
    this.happened = new Promise((resolve) => {
      this.die = resolve;
    });
  }

  /** Never resolves. */
  now<T>(how: 'dead' | 'restarted' = 'dead'): Promise<T> {
    this.hasHappened = true;
    this.die(how);
    return new Promise(() => undefined);
  }
}

/** A machine with a state file, on which clients live and die one after the other. */
export class Bench {
  readonly root: string;
  readonly windows: SimulatedWindows;
  /** Milliseconds that really went by. */
  private passed = 0;
  readonly clock = new VirtualClock(undefined, (milliseconds) => {
    this.passed += milliseconds;
    this.windows.passTime(milliseconds);
  });
  private readonly begunAt: number;
  readonly state: State;
  readonly outbox: Outbox;
  /** What verification sees. */
  seen: PastObservation[] = [];
  /** Whether failures that runs were to mend are open. */
  failureIsOpen = false;
  /** By how much the machine's clock was behind at first, and what the server says of that. */
  readonly server = { aheadMs: 0, isTold: true, isAuthenticated: true };
  /** What a time server answers; as the server, if nothing else is said. */
  timeServer: (host: string) => Promise<number> = () => Promise.resolve(this.offsetMs());
  /** Called whenever a step has the sources read. */
  onPoll: () => void = () => undefined;

  constructor(root = temporaryFolder()) {
    this.root = root;
    this.windows = simulatedWindows({ root });
    const data = join(this.root, 'state');
    mkdirSync(data);
    this.state = openState(data, silentLog);
    // Here processes die, not the power of the computer that runs the specs.
    this.state.run('PRAGMA synchronous = OFF');
    this.outbox = new Outbox(this.state, silentLog);
    this.begunAt = this.clock.now().getTime();
    this.windows.systemClock.onSet = (time) => {
      this.clock.advance(time.getTime() - this.clock.now().getTime());
    };
  }

  /** By how much the machine's clock is behind in truth. */
  offsetMs(): number {
    return this.begunAt + this.server.aheadMs + this.passed - this.clock.now().getTime();
  }

  close(): void {
    this.state.close();
  }

  /** Of the reset if nothing else is said, with the defaults of its parameters and a short verification. */
  definition(some: Partial<RunDefinition> = {}): RunDefinition {
    const playbook = findPlaybook(some.playbook ?? 'reset-software-distribution');
    const { parameters: known = [], name = '', version = 1 } = playbook ?? {};
    const defaults = Object.fromEntries(known.map((one) => [one.name, one.default]));
    return {
      ...{ runId: randomUUID(), mode: 'execute', playbook: name, playbookVersion: version },
      parameters: 'verifyMinutes' in defaults ? { ...defaults, verifyMinutes: 1 } : defaults,
      ...some,
    };
  }

  journal(watcher?: JournalWatcher): Journal {
    return new Journal(this.state, this.outbox, this.clock, watcher);
  }

  executor(
    journal: Journal,
    windows = this.windows as ExecutorWindows,
    clock: Clock = this.clock,
  ): Executor {
    return new Executor({
      windows,
      journal,
      observations: {
        poll: () => {
          this.onPoll();
          return Promise.resolve();
        },
        observedSince: (since) => this.seen.filter(({ at }) => at >= since),
        isOpen: () => this.failureIsOpen,
      },
      serverTime: {
        offsetMs: () => (this.server.isTold ? this.offsetMs() : undefined),
        isAuthenticated: this.server.isAuthenticated,
      },
      timeServers: { offsetMs: (host) => this.timeServer(host) },
      clock,
      log: silentLog,
      reportingEventsPath: join(this.windows.machine.softwareDistribution, 'ReportingEvents.log'),
    });
  }

  /** Begins a run and drives it to its end. */
  async run(definition: RunDefinition): Promise<DriveResult> {
    const journal = this.journal();
    await journal.begin(definition, 'order');
    return this.executor(journal).drive(journal.find(definition.runId)!);
  }

  /**
   * One life of a client: takes up what the journal holds, or begins `definition`. Dies at the given write of the
   * journal or call of Windows; a simulated crash of Windows itself is death, too, and so is a restart of the machine.
   */
  async live(
    definition: RunDefinition,
    death?: { readonly write?: number; readonly when?: 'before' | 'after'; readonly call?: number },
  ): Promise<DriveResult | 'dead' | 'restarted'> {
    const end = new Death();
    const journal = this.journal((number, when) =>
      number === death?.write && when === (death.when ?? 'after') ? end.now() : undefined,
    );
    const windows = mortal(this.windows, end, death?.call);
    const life = async (): Promise<DriveResult> => {
      if (!journal.find(definition.runId)) await journal.begin(definition, 'order');
      else journal.countResume(definition.runId);
      return this.executor(journal, windows, this.mortalClock(end)).drive(
        journal.find(definition.runId)!,
      );
    };
    return Promise.race([life(), end.happened]);
  }

  /** Whoever sleeps while the machine restarts never wakes, nor does who is dead in another place. */
  private mortalClock(end: Death): Clock {
    return {
      now: () => this.clock.now(),
      sleep: async (milliseconds, signal) => {
        const { restarts } = this.windows;
        await this.clock.sleep(milliseconds, signal);
        if (end.hasHappened) await end.now();
        if (this.windows.restarts !== restarts) await end.now('restarted');
      },
    };
  }

  /** What waits for the server, each report checked against the protocol. */
  reports(): Report[] {
    return this.state
      .all('SELECT body FROM outbox ORDER BY position')
      .map((row) => reportSchema.parse(JSON.parse(text(row, 'body'))));
  }

  events(runId: string): RunEventReport[] {
    return this.reports().filter(
      (report): report is RunEventReport => report.kind === 'run-event' && report.runId === runId,
    );
  }

  verdict(runId: string): string | undefined {
    return this.journal().find(runId)?.verdict;
  }
}

type ExecutorWindows = ConstructorParameters<typeof Executor>[0]['windows'];

/** The same Windows, whose caller dies just before its `dieAt`-th call, and with every simulated crash. */
function mortal(windows: SimulatedWindows, end: Death, dieAt: number | undefined): ExecutorWindows {
  let calls = 0;
  const guard = <T extends object>(part: T): T =>
    new Proxy(part, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        if (name === 'uptimeMilliseconds') return (): unknown => Reflect.apply(member, target, []);
        return async (...args: unknown[]): Promise<unknown> => {
          calls += 1;
          if (calls === dieAt) return end.now();
          try {
            return await (Reflect.apply(member, target, args) as Promise<unknown>);
          } catch (error) {
            if (error instanceof SimulatedCrash) return end.now();
            throw error;
          }
        };
      },
    });
  return new Proxy(windows, {
    get: (target, name) => {
      const part: unknown = Reflect.get(target, name);
      return typeof part === 'object' && part !== null ? guard(part) : part;
    },
  });
}
