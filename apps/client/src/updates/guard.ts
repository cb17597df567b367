import { existsSync } from 'node:fs';
import { type ClientUpdateReason } from '@fleetmend/domain';
import { type Clock } from '../clock';
import { type Log, reasonOf } from '../log';
import { type ServiceState, type Windows } from '../windows/windows';
import { copyDurably, Swap } from './swap';
import { DamagedUpdateJournal, type UpdateFolder, type UpdateJournal } from './update-folder';

export interface GuardParts {
  readonly folder: UpdateFolder;
  readonly windows: Pick<Windows, 'services' | 'directories'>;
  /** The service of the client itself. */
  readonly serviceName: string;
  /** Whether a FleetMend server that can do its work answers there: asked by the version that is known to work. */
  readonly serverAnswers: (url: string) => Promise<boolean>;
  /** Makes the state readable for the old client again. Called while no client runs. */
  readonly bringStateBack: () => void;
  /** How often the server is asked, in milliseconds. */
  readonly probeMs: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** So often may the new service end, or not start, before the old one comes back. */
const ENDINGS = 3;
/** So often must the server have answered the guard, while the new client did not reach it. Ten minutes. */
const ANSWERED = 40;
/** After so many questions without an answer it is asked rarely: this machine has no network. */
const SILENT_AT_FIRST = 40;
const RARELY = 20;
/** Three days of a running machine without a server: nobody can say how the new client is, and the old one was good. */
const SILENT = SILENT_AT_FIRST + 864;
const LOOK_MS = 2_000;
const STATE_MS = 500;
const STOPS_WITHIN = 600;
const STARTS_WITHIN = 60;
const TROUBLE_MS = 5_000;

/**
 * Watches over one update, as a service of its own that runs the executable which was good so far. It moves the
 * executables, starts the new client, waits until that has reached the server, and brings the old one back when it
 * doesn't. Windows starts it again after a power cut; the journal says where it was.
 */
export class Guard {
  private readonly swap: Swap;
  private answeredLast: boolean | undefined;

  constructor(private readonly parts: GuardParts) {
    const { folder, windows, clock, log } = parts;
    this.swap = new Swap(folder, windows.directories, clock, log);
  }

  /** Resolves with `done` when nothing is left to guard, with `stopped` after `stop`. Never rejects. */
  async run(stop: AbortSignal): Promise<'done' | 'stopped'> {
    const { clock, log } = this.parts;
    while (!stop.aborted) {
      try {
        if (await this.advance(stop)) return 'done';
      } catch (error) {
        log.error('The update could not go on. It is tried again.', { error });
        await this.startAnyway();
        await clock.sleep(TROUBLE_MS, stop);
      }
    }
    return 'stopped';
  }

  /** Does what the journal says is next; true when the update is over. */
  private async advance(stop: AbortSignal): Promise<boolean> {
    let journal: UpdateJournal | undefined;
    try {
      journal = await this.parts.folder.read();
    } catch (error) {
      if (!(error instanceof DamagedUpdateJournal)) throw error;
      await this.saveWhatCanBe(error);
      return true;
    }
    switch (journal?.phase) {
      case undefined:
        return true;
      case 'staged':
      case 'swapping':
        await this.swapIn(journal);
        return false;
      case 'probation':
        await this.watch(journal, stop);
        return false;
      case 'rolling-back':
        await this.rollBack(journal);
        return false;
      case 'confirmed':
      case 'rolled-back':
        await this.startAnyway();
        return true;
    }
  }

  private async swapIn(staged: UpdateJournal): Promise<void> {
    const { folder, log } = this.parts;
    let journal = staged;
    if (!(await this.swap.isForward(journal)) && !(await this.swap.isReady(journal))) {
      await this.decideAgainst(journal, 'wrong-content', 'The new executable has been changed.');
      return;
    }
    journal = await folder.write({ ...journal, phase: 'swapping' });
    log.info('The new client takes its place.', { version: journal.version });
    try {
      if (!(await this.swap.isForward(journal))) {
        await this.stopService();
        await this.swap.forward(journal);
      }
    } catch (error) {
      await this.decideAgainst(journal, 'could-not-swap', reasonOf(error));
      return;
    }
    await folder.write({ ...journal, phase: 'probation', endings: 0, answered: 0, silent: 0 });
  }

  /** Until the new client is confirmed, or has had its chances. */
  private async watch(begun: UpdateJournal, stop: AbortSignal): Promise<void> {
    const { folder, clock, probeMs } = this.parts;
    const lookMs = Math.min(LOOK_MS, probeMs);
    let journal = begun;
    let sinceProbe = 0;
    let pending = 0;
    if (!(await this.swap.isForward(journal))) {
      await this.decideAgainst(journal, 'could-not-swap', 'Somebody else has replaced the client.');
      return;
    }
    let startProblem = await this.start();
    const isEnding = () => stop.aborted;
    while (!isEnding()) {
      if (await this.isDecided(journal)) return;
      const state = await this.stateOfService();
      pending = state === 'running' || state === 'stopped' ? 0 : pending + 1;
      if (state === 'stopped' || pending > STARTS_WITHIN) {
        const { endings } = journal;
        journal = await folder.write({ ...journal, endings: endings + 1 });
        if (endings + 1 >= ENDINGS) {
          await this.decideAgainst(
            journal,
            startProblem === undefined ? 'crashes' : 'does-not-start',
            startProblem ?? `The new client ended ${ENDINGS} times before it reached the server.`,
          );
          return;
        }
        await clock.sleep(lookMs, stop);
        startProblem = await this.start();
      }
      const every = journal.silent > SILENT_AT_FIRST ? probeMs * RARELY : probeMs;
      if (sinceProbe >= every) {
        sinceProbe = 0;
        journal = await this.probe(journal);
        if (journal.phase !== 'probation') return;
      }
      sinceProbe += lookMs;
      await clock.sleep(lookMs, stop);
    }
  }

  /** Whether the new client has said how it is. */
  private async isDecided(journal: UpdateJournal): Promise<boolean> {
    const { folder, log } = this.parts;
    const confirmation = await folder.readConfirmation();
    const isOurs =
      confirmation?.releaseId === journal.releaseId && confirmation.stagedAt === journal.stagedAt;
    if (!confirmation || !isOurs) return false;
    if (confirmation.version !== journal.version) {
      const message = `The executable calls itself ${confirmation.version}, and its manifest ${journal.version}.`;
      await this.decideAgainst(journal, 'wrong-version', message);
      return true;
    }
    await folder.write({ ...journal, phase: 'confirmed' });
    log.info('The new client has reached the server. It stays.', { version: journal.version });
    return true;
  }

  /** Counts whether the server could have been reached. Only what the old client can do is asked of the new one. */
  private async probe(journal: UpdateJournal): Promise<UpdateJournal> {
    const { folder, serverAnswers, log } = this.parts;
    const answers = await serverAnswers(journal.serverUrl);
    if (answers !== this.answeredLast) {
      const what = answers ? 'The server answers' : 'The server does not answer';
      log.info(`${what} while the new client has not reached it yet.`);
    }
    this.answeredLast = answers;
    const counted = await folder.write({
      ...journal,
      answered: journal.answered + (answers ? 1 : 0),
      silent: answers ? journal.silent : journal.silent + 1,
    });
    if (counted.answered >= ANSWERED && !(await this.isDecided(counted))) {
      const message = `The server answered ${ANSWERED} times, and the new client did not reach it.`;
      return this.decideAgainst(counted, 'does-not-connect', message);
    }
    if (counted.silent >= SILENT) {
      const message = 'The server could not be reached for three days, by nobody on this machine.';
      return this.decideAgainst(counted, 'server-unreachable', message);
    }
    return counted;
  }

  /** From here on there is only one way: back. */
  private decideAgainst(
    journal: UpdateJournal,
    reason: ClientUpdateReason,
    message: string,
  ): Promise<UpdateJournal> {
    this.parts.log.error('The update is taken back.', {
      version: journal.version,
      reason,
      why: message,
    });
    return this.parts.folder.write({ ...journal, phase: 'rolling-back', reason, message });
  }

  private async rollBack(journal: UpdateJournal): Promise<void> {
    const { folder, bringStateBack, log } = this.parts;
    await this.stopService().catch((error: unknown) => {
      // A running program can be renamed; it ends with the machine at the latest.
      log.error('The new client does not end.', { error });
    });
    await this.swap.back(journal);
    bringStateBack();
    await folder.write({ ...journal, phase: 'rolled-back' });
    log.info('The old client is back.', { version: journal.fromVersion });
  }

  private async stopService(): Promise<void> {
    const { windows, serviceName, clock } = this.parts;
    let refusal: unknown;
    for (let look = 0; look < STOPS_WITHIN; look += 1) {
      const state = await this.stateOfService();
      if (state === 'stopped') return;
      if (state === 'running') {
        await windows.services.requestStop(serviceName).catch((error: unknown) => {
          refusal = error;
        });
      }
      await clock.sleep(STATE_MS);
    }
    throw new Error(`The service ${serviceName} does not stop.`, { cause: refusal });
  }

  /** Answers why Windows could not start the service, if it couldn't. */
  private async start(): Promise<string | undefined> {
    const { windows, serviceName, log } = this.parts;
    try {
      await windows.services.requestStart(serviceName);
      return undefined;
    } catch (error) {
      log.error('The client could not be started.', { error });
      return reasonOf(error);
    }
  }

  /** Whatever happened: no machine is left without its client. */
  private async startAnyway(): Promise<void> {
    if (existsSync(this.parts.folder.executable)) await this.start();
  }

  private async stateOfService(): Promise<ServiceState> {
    const status = await this.parts.windows.services.query(this.parts.serviceName);
    return status?.state ?? 'stopped';
  }

  /** Nobody knows any more what was going on: a client has to be there, and the guard's own executable is a good one. */
  private async saveWhatCanBe(error: Error): Promise<void> {
    const { folder, log } = this.parts;
    log.error('The journal of the update is damaged. The update is given up.', { error });
    if (!existsSync(folder.executable)) await copyDurably(folder.guard, folder.executable);
    await folder.forget();
    await this.startAnyway();
  }
}
