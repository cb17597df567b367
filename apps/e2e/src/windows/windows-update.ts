import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type WindowsMachine } from './testbed';
import { appendRows, type LogRow } from './reporting-events';

/** A file that tells the folder that the machine began with. Beside what the service tidies up. */
const ORIGINAL = 'half.cab';

/**
 * Windows Update as the tests want it. Service, folder and their control are real; this only writes what can't be had
 * when it's wanted: rows into the log, and on Wine, whose service does nothing, the folder anew after it started.
 */
export class WindowsUpdate {
  private ending = false;
  private readonly watching: Promise<void>;
  /** Folders that are known already, where the real service makes new ones. */
  private readonly known = new Set<bigint>();
  /** What is written into the log of every folder that is made anew: how the next scan goes. */
  afterReset: readonly LogRow[] = [];

  private constructor(
    private readonly machine: WindowsMachine,
    /** The folder on the host. */
    readonly folder: string,
  ) {
    this.noticeNew();
    this.watching = this.watch();
  }

  /** Fills the machine's SoftwareDistribution, starts the service and begins to stand in for it where it must. */
  static async on(machine: WindowsMachine): Promise<WindowsUpdate> {
    const folder = join(machine.hostPath('C:\\windows'), 'SoftwareDistribution');
    if (!machine.isReal) fill(folder);
    await startService(machine);
    await untilExists(folder);
    writeFileSync(join(folder, ORIGINAL), 'half of a download');
    return new WindowsUpdate(machine, folder);
  }

  /** Windows Update writes rows into its log. */
  write(...rows: readonly LogRow[]): void {
    appendRows(join(this.folder, 'ReportingEvents.log'), ...rows);
  }

  /** Folders that were renamed away. */
  backups(): readonly string[] {
    return readdirSync(dirname(this.folder)).filter((name) => /^SoftwareDistribution.+/.test(name));
  }

  /** Whether this is the folder that the machine began with. */
  isOriginal(folder = this.folder): boolean {
    const payload = join(folder, ORIGINAL);
    return existsSync(payload) && readFileSync(payload, 'utf8') === 'half of a download';
  }

  /** The service's state in Windows' own words: STOPPED, RUNNING … */
  async state(service = 'wuauserv'): Promise<string> {
    const { stdout } = await this.machine.run('sc', ['query', service]);
    return /STATE\s*:\s*\d+\s+(\w+)/.exec(stdout)?.[1] ?? stdout.trim();
  }

  async stop(): Promise<void> {
    this.ending = true;
    await this.watching;
  }

  private async watch(): Promise<void> {
    while (!this.ending) {
      await delay(100);
      const isNew = this.machine.isReal ? this.noticeNew() : await this.makeAnew();
      if (isNew && this.afterReset.length > 0) this.write(...this.afterReset);
    }
  }

  /** Stands in for the service: true when it has made a new folder. */
  private async makeAnew(): Promise<boolean> {
    if (existsSync(this.folder) || (await this.state()) !== 'RUNNING') return false;
    if (existsSync(this.folder)) return false; // An undo has put the old one back meanwhile.
    fill(this.folder);
    return true;
  }

  /** Whether the folder is one that was not seen before. NTFS never uses such a number again. */
  private noticeNew(): boolean {
    const ino = statSync(this.folder, { bigint: true, throwIfNoEntry: false })?.ino;
    if (ino === undefined || this.known.has(ino)) return false;
    this.known.add(ino);
    return true;
  }
}

function fill(folder: string): void {
  for (const below of ['DataStore', 'Download'])
    mkdirSync(join(folder, below), { recursive: true });
  writeFileSync(join(folder, 'DataStore', 'DataStore.edb'), 'a data store');
}

async function untilExists(folder: string): Promise<void> {
  for (let attempt = 0; attempt < 120; attempt++) {
    if (existsSync(folder)) return;
    await delay(250);
  }
  throw new Error(`The update service runs, but does not make ${folder}.`);
}

/** Wine's first start of the service may say that its database is locked. */
async function startService(machine: WindowsMachine): Promise<void> {
  for (let attempt = 0; attempt < 20; attempt++) {
    await machine.run('sc', ['start', 'wuauserv']);
    const { stdout } = await machine.run('sc', ['query', 'wuauserv']);
    if (stdout.includes('RUNNING')) return;
    await delay(250);
  }
  throw new Error('The update service of the testbed does not start.');
}
