import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { silentLog } from '../src/log';
import { Guard } from '../src/updates/guard';
import {
  type JournalWatcher,
  UpdateFolder,
  type UpdateJournal,
} from '../src/updates/update-folder';
import {
  SimulatedCrash,
  type SimulatedService,
  type SimulatedWindows,
  simulatedWindows,
} from '../src/windows/simulated';
import { Death } from './bench';
import { temporaryFolder } from './temporary-folder';
import { VirtualClock } from './virtual-clock';

export const SERVICE = 'FleetMendClient';
export const OLD = 'the old client';
export const NEW = 'the new client';

/** How a new client behaves when it is started. */
export type Behaviour = 'reaches' | 'silent' | 'ends' | 'calls-itself-otherwise';

/** A machine on which an update is staged. Files are real; services, time and the clients themselves are not. */
export class UpdateScene {
  readonly root = temporaryFolder();
  readonly clock = new VirtualClock();
  readonly executable = join(this.root, 'client.exe');
  readonly windows: SimulatedWindows;
  readonly service: SimulatedService;
  readonly folder = this.folderFor();
  readonly journal: UpdateJournal = {
    phase: 'staged',
    releaseId: randomUUID(),
    version: '0.2.0',
    fromVersion: '0.1.0',
    sha256: sha256(NEW),
    previousSha256: sha256(OLD),
    serverUrl: 'https://fleetmend.example.org',
    stagedAt: '2026-11-21T08:00:00.000Z',
    ...{ endings: 0, answered: 0, silent: 0 },
  };
  behaviour: Behaviour = 'reaches';
  serverAnswers = true;
  /** Whether the state of the client can be read by the old one. */
  stateIsOld = true;
  /** How often the guard has asked for the server. */
  probes = 0;

  constructor() {
    this.windows = simulatedWindows({ root: this.root });
    this.service = this.windows.services.add(SERVICE, {
      state: 'running',
      startType: 'automatic',
    });
    mkdirSync(join(this.root, 'update'), { recursive: true });
    writeFileSync(this.executable, OLD);
    writeFileSync(this.folder.fresh, NEW);
    writeFileSync(this.folder.guard, OLD);
  }

  /** What stands in the place of the client. */
  get installed(): string | undefined {
    return existsSync(this.executable) ? readFileSync(this.executable, 'utf8') : undefined;
  }

  /** The new client is in its place already, and was watched for a while. */
  async onProbation(counted: Partial<UpdateJournal>): Promise<void> {
    renameSync(this.executable, this.folder.previous);
    renameSync(this.folder.fresh, this.executable);
    await this.folder.write({ ...this.journal, phase: 'probation', ...counted });
  }

  folderFor(watcher?: JournalWatcher): UpdateFolder {
    return new UpdateFolder(join(this.root, 'update'), join(this.root, 'client.exe'), watcher);
  }

  /** A guard that lives until it is done; or dies, with `watcher` or by a fault of Windows. */
  async guard(watcher?: (death: Death) => JournalWatcher): Promise<'done' | 'stopped' | 'dead'> {
    const death = new Death();
    const windows: Pick<SimulatedWindows, 'services' | 'directories'> = {
      services: this.mortal(this.windows.services, death),
      directories: this.mortal(this.windows.directories, death),
    };
    const guard = new Guard({
      folder: this.folderFor(watcher?.(death)),
      windows,
      serviceName: SERVICE,
      serverAnswers: () => {
        this.probes += 1;
        return Promise.resolve(this.serverAnswers);
      },
      bringStateBack: () => {
        this.stateIsOld = true;
      },
      probeMs: 15_000,
      clock: {
        now: () => this.clock.now(),
        sleep: async (milliseconds) => {
          await this.clientLives();
          await this.clock.sleep(milliseconds);
        },
      },
      log: silentLog,
    });
    const dead = death.happened.then(() => 'dead' as const);
    return Promise.race([guard.run(new AbortController().signal), dead]);
  }

  /** What the client does meanwhile, if it runs. */
  private async clientLives(): Promise<void> {
    if (this.service.state !== 'running' || this.installed !== NEW) return;
    this.stateIsOld = false;
    const { releaseId, stagedAt, version } = this.journal;
    if (this.behaviour === 'ends') this.service.state = 'stopped';
    if (this.behaviour === 'reaches') await this.folder.confirm({ releaseId, stagedAt, version });
    if (this.behaviour === 'calls-itself-otherwise')
      await this.folder.confirm({ releaseId, stagedAt, version: '0.1.9' });
  }

  /** A call that crashed is never returned from. */
  private mortal<T extends object>(part: T, death: Death): T {
    return new Proxy(part, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return async (...values: unknown[]): Promise<unknown> => {
          try {
            return await (value as (...all: unknown[]) => unknown).apply(target, values);
          } catch (error) {
            if (error instanceof SimulatedCrash) return death.now();
            throw error;
          }
        };
      },
    });
  }
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
