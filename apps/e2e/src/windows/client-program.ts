import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { built } from '../folders';
import { type Ended, type Started, type WindowsMachine } from './testbed';

/** Where the tests put the executable that an administrator has downloaded. */
const DOWNLOADED = 'C:\\users\\Public\\fleetmend-client.exe';
const SERVICE = 'FleetMendClient';

/** What makes the client quick enough for tests. */
export const quick = {
  FLEETMEND_CLIENT_POLL_MS: '200',
  FLEETMEND_CLIENT_RECONNECT_MS: '200',
  FLEETMEND_CLIENT_UPDATE_PROBE_MS: '500',
};

/** The built executable on a machine of the testbed. */
export class ClientProgram {
  /** Where it was downloaded to. */
  readonly downloaded = DOWNLOADED;

  private constructor(private readonly machine: WindowsMachine) {}

  /** Brings the executable onto the machine. */
  static on(machine: WindowsMachine): ClientProgram {
    copyFileSync(built('client/fleetmend-client.exe'), machine.hostPath(DOWNLOADED));
    return new ClientProgram(machine);
  }

  /** Runs a command to its end. */
  run(...args: readonly string[]): Promise<Ended> {
    return this.machine.run(DOWNLOADED, args, { env: quick });
  }

  /** The same with more in its environment. */
  runWith(
    environment: Readonly<Record<string, string>>,
    ...args: readonly string[]
  ): Promise<Ended> {
    return this.machine.run(DOWNLOADED, args, { env: { ...quick, ...environment } });
  }

  /** Runs a command that must succeed. */
  async must(...args: readonly string[]): Promise<Ended> {
    const ended = await this.run(...args);
    if (ended.code !== 0) {
      throw new Error(
        `"${args[0]}" ended with ${ended.code}:\n${ended.stdout}\n${ended.stderr}\n${this.log()}`,
      );
    }
    return ended;
  }

  /** Runs the client in the foreground. */
  start(environment: Readonly<Record<string, string>> = {}): Started {
    return this.machine.start(DOWNLOADED, ['run'], { env: { ...quick, ...environment } });
  }

  /** Has the service manager start the installed service, and waits until it runs. */
  async startService(): Promise<void> {
    await this.machine.serviceEnvironment(SERVICE);
    await this.machine.run('sc', ['start', SERVICE]);
    await this.untilService('RUNNING');
  }

  /** Has the service manager stop the service, and waits until it has stopped. Answers how long that took, in ms. */
  async stopService(): Promise<number> {
    const begun = performance.now();
    await this.machine.run('sc', ['stop', SERVICE]);
    await this.untilService('STOPPED');
    return performance.now() - begun;
  }

  /** The service's state in Windows' own words, or what Windows says where there is none. */
  async serviceState(): Promise<string> {
    const { stdout } = await this.machine.run('sc', ['query', SERVICE]);
    return /STATE\s*:\s*\d+\s+(\w+)/.exec(stdout)?.[1] ?? 'MISSING';
  }

  /** Waits for a state of the service. */
  async untilService(wanted: string, milliseconds = 30_000): Promise<void> {
    const deadline = Date.now() + milliseconds;
    for (;;) {
      const state = await this.serviceState();
      if (state === wanted) return;
      if (Date.now() > deadline)
        throw new Error(`The service is ${state}, not ${wanted}:\n${this.log()}`);
      await delay(100);
    }
  }

  /** Ends the service's process as a power cut would. */
  async killService(): Promise<void> {
    this.killProcess('service');
    await this.untilService('STOPPED');
  }

  /** Ends a client in the foreground the same way. */
  async kill(started: Started): Promise<void> {
    this.killProcess('run');
    await started.exited;
  }

  private killProcess(command: string): void {
    const found = this.machine
      .processes()
      .filter(
        ({ commandLine }) =>
          commandLine[0]?.endsWith('\\fleetmend-client.exe') && commandLine[1] === command,
      );
    const [one] = found;
    if (one === undefined || found.length > 1) {
      throw new Error(`There are ${found.length} clients that run as "${command}".`);
    }
    this.machine.kill(one.pid);
  }

  /** The end of the client's own log, and of that of the guard of its last update. */
  log(): string {
    return ['client.log', 'update\\client.log']
      .map((name) => this.machine.hostPath(`C:\\ProgramData\\FleetMend\\logs\\${name}`))
      .map((file) => (existsSync(file) ? readFileSync(file, 'utf8').slice(-6000) : '(no log)'))
      .join('\n');
  }
}
