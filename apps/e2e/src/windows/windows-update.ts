import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type WindowsMachine } from './testbed';
import { appendRows, type LogRow } from './reporting-events';

/**
 * The part of Windows Update that Wine doesn't have. Service, folder and their control are real; this only writes
 * what the real service would write: the folder anew after it started, and rows into its log.
 */
export class WindowsUpdate {
  private ending = false;
  private readonly watching: Promise<void>;
  /** What is written into the log of every folder that is made anew: how the next scan goes. */
  afterReset: readonly LogRow[] = [];

  private constructor(
    private readonly machine: WindowsMachine,
    /** The folder on the host. */
    readonly folder: string,
  ) {
    this.watching = this.watch();
  }

  /** Fills the machine's SoftwareDistribution, starts the service and begins to stand in for it. */
  static async on(machine: WindowsMachine): Promise<WindowsUpdate> {
    const folder = join(machine.hostPath('C:\\windows'), 'SoftwareDistribution');
    fill(folder);
    mkdirSync(join(folder, 'Download', 'half'), { recursive: true });
    writeFileSync(join(folder, 'Download', 'half', 'payload.cab'), 'half of a download');
    await startService(machine);
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
    const payload = join(folder, 'Download', 'half', 'payload.cab');
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
      if (existsSync(this.folder) || (await this.state()) !== 'RUNNING') continue;
      if (existsSync(this.folder)) continue; // An undo has put the old one back meanwhile.
      fill(this.folder);
      if (this.afterReset.length > 0) this.write(...this.afterReset);
    }
  }
}

function fill(folder: string): void {
  for (const below of ['DataStore', 'Download'])
    mkdirSync(join(folder, below), { recursive: true });
  writeFileSync(join(folder, 'DataStore', 'DataStore.edb'), 'a data store');
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
