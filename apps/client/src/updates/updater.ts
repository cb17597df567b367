import { createHash } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  FETCH_UPDATE,
  fetchUpdateAckSchema,
  type ReleaseManifest,
} from '@fleetmend/client-protocol';
import { type Clock } from '../clock';
import { BackOff } from '../connection/back-off';
import { type Session } from '../connection/connection';
import { type RouteFinder } from '../connection/route-finder';
import { type ServerClock } from '../connection/server-clock';
import { type Log, reasonOf } from '../log';
import { RejectedOrders } from '../orders/rejected-orders';
import { type Outbox } from '../outbox/outbox';
import { type Journal } from '../playbooks/journal';
import { type Identity } from '../state/identity';
import { copyOfState, STATE_BEFORE_UPDATE } from '../state/state-before-update';
import { type State } from '../state/state';
import { CLIENT_VERSION } from '../version';
import { type Directories } from '../windows/windows';
import { Download } from './download';
import { copyDurably } from './swap';
import {
  DamagedUpdateJournal,
  digestOf,
  type UpdateFolder,
  type UpdateJournal,
} from './update-folder';
import { UpdateReports } from './update-reports';
import { type Installed, judgeRelease, trustOffer } from './verify-offer';

/** Where this client is installed as a service, and what it is. */
export interface Installation {
  readonly folder: UpdateFolder;
  readonly architecture: string;
  /** `x` of the keys whose holders may publish clients. */
  readonly releaseKeys: readonly string[];
  /** The service that guards an update. */
  readonly guard: {
    exists(): Promise<boolean>;
    /** Makes it of this executable and starts it; one that is there is only started. */
    start(executable: string): Promise<void>;
  };
}

export interface UpdaterParts {
  readonly installation: Installation;
  readonly identity: Identity;
  readonly serverClock: ServerClock;
  readonly routes: Pick<RouteFinder, 'waysTo'>;
  readonly state: State;
  readonly dataDirectory: string;
  readonly outbox: Outbox;
  readonly runs: Pick<Journal, 'active'>;
  /** Whether the network costs money, as far as that is known. */
  readonly isMetered: () => Promise<boolean>;
  readonly directories: Pick<Directories, 'freeBytes' | 'rename' | 'makePrivate'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly waits: { readonly baseMs: number; readonly capMs: number };
}

/** Room for the download, the guard's copy and the old executable, and some air. */
const COPIES = 3;
const AIR_BYTES = 200_000_000;
/** How often the journal is looked at while an update goes on; and otherwise, when only this process begins one. */
const LOOK_MS = 1_000;
const RARELY_MS = 30_000;
const ASK_MS = 3_600_000;
const QUIET_MS = 5_000;
/** How often it is looked whether the network still costs money. */
const COSTS_MS = 5 * 60_000;
/** So long the server may take to hear of the update before it begins. */
const TOLD_WITHIN_MS = 15_000;

/**
 * Takes releases that the server offers: checks them, fetches them, and hands over to the guard, which outlives this
 * process. In a client that was just put in place it tells the guard that the server was reached.
 */
export class Updater {
  private readonly backOff: BackOff;
  private readonly reports: UpdateReports;
  private readonly rejected: RejectedOrders;
  private session: Session | undefined;
  private proceed: (() => void) | undefined;
  private wanted = false;
  private asking = false;
  private working: Promise<void> | undefined;
  /** Aborted as soon as the guard has taken over: from then on somebody has to look. */
  private begun = new AbortController();
  private stop = new AbortController().signal;

  constructor(private readonly parts: UpdaterParts) {
    this.backOff = new BackOff(parts.waits.baseMs, parts.waits.capMs);
    this.reports = new UpdateReports(parts.state, parts.outbox, parts.clock);
    this.rejected = new RejectedOrders(parts);
  }

  /** A connection stands. `proceed` is called when the client may take orders: not before an update is confirmed. */
  connected(session: Session, proceed: () => void): void {
    this.session = session;
    this.proceed = proceed;
    this.ask();
  }

  /** A release may wait. */
  ask(): void {
    this.wanted = true;
    if (!this.asking) void this.work();
  }

  /** Sees an update that goes on to its end, and asks now and then. Never rejects. */
  async run(stop: AbortSignal): Promise<void> {
    this.stop = stop;
    const { clock, log } = this.parts;
    let sinceAsked = 0;
    while (!stop.aborted) {
      this.begun = new AbortController();
      let waitMs = QUIET_MS;
      try {
        waitMs = (await this.look()) ? LOOK_MS : RARELY_MS;
      } catch (error) {
        log.error('The update could not be looked after. It is tried again.', { error });
      }
      await clock.sleep(waitMs, AbortSignal.any([stop, this.begun.signal]));
      sinceAsked += waitMs;
      if (sinceAsked < ASK_MS) continue;
      sinceAsked = 0;
      this.ask();
    }
    await this.working;
  }

  /** Does what the journal says has to be done by the client itself. Whether an update goes on. */
  private async look(): Promise<boolean> {
    const { installation, dataDirectory } = this.parts;
    const { folder, guard } = installation;
    const journal = await this.journal();
    if (!journal) return false;
    const isThere = await guard.exists();
    if (journal.phase !== 'confirmed' && journal.phase !== 'rolled-back') {
      // Its creation was cut off, or somebody removed it: without it nobody finishes what was begun.
      if (!isThere) await guard.start(folder.guard);
      return true;
    }
    this.reports.tellEnd(journal);
    if (isThere || !(await folder.clear())) return true;
    await rm(join(dataDirectory, STATE_BEFORE_UPDATE), { force: true });
    await folder.forget();
    this.ask();
    return false;
  }

  /** A damaged one is the guard's to put right; without a guard nothing goes on, and it is in everybody's way. */
  private async journal(): Promise<UpdateJournal | undefined> {
    const { folder, guard } = this.parts.installation;
    try {
      return await folder.read();
    } catch (error) {
      if (!(error instanceof DamagedUpdateJournal) || (await guard.exists())) throw error;
      this.parts.log.error('The journal of an update is damaged. It is removed.', { error });
      await folder.forget();
      return undefined;
    }
  }

  /** Never rejects. */
  private async work(): Promise<void> {
    this.asking = true;
    while (this.wanted) {
      this.wanted = false;
      const { session } = this;
      if (!session || session.ended.aborted) continue;
      if (await this.fetch(session)) {
        this.backOff.reset();
      } else {
        await this.parts.clock.sleep(this.backOff.next(), session.ended);
        this.wanted ||= !session.ended.aborted;
      }
    }
    this.asking = false;
  }

  /** Whether the server answered. */
  private async fetch(session: Session): Promise<boolean> {
    const { log, installation } = this.parts;
    try {
      const question = { version: CLIENT_VERSION, architecture: installation.architecture };
      const answer = fetchUpdateAckSchema.safeParse(await session.ask(FETCH_UPDATE, question));
      if (!answer.success) {
        log.warn('The server answered the question for updates with something else.');
        return false;
      }
      const isOld = !answer.data.ok && answer.data.code === 'unsupported-message';
      if (!answer.data.ok && !isOld) return false;
      await this.reached();
      if (answer.data.ok && answer.data.offer !== null) this.take(answer.data.offer);
      return true;
    } catch (error) {
      if (!session.ended.aborted) log.warn('The server could not be asked for updates.', { error });
      return false;
    }
  }

  /** The server knows this machine and has answered: that is what a new client has to show. */
  private async reached(): Promise<void> {
    const { folder } = this.parts.installation;
    const journal = await this.journal();
    if (journal?.phase === 'probation') {
      const { releaseId, stagedAt } = journal;
      await folder.confirm({ releaseId, stagedAt, version: CLIENT_VERSION });
      await this.untilDecided();
    }
    this.proceed?.();
    this.proceed = undefined;
  }

  /** Orders wait until the guard has made up its mind: what would come back knows nothing of what they begin. */
  private async untilDecided(): Promise<void> {
    const { clock } = this.parts;
    while (!this.stop.aborted && (await this.journal())?.phase === 'probation') {
      await clock.sleep(LOOK_MS, this.stop);
    }
  }

  /** One at a time: the same offer comes again as long as the server hasn't heard of its end. */
  private take(offer: string): void {
    this.working ??= this.takeOne(offer)
      .catch((error: unknown) => {
        this.parts.log.error('The update could not be taken.', { error });
      })
      .finally(() => {
        this.working = undefined;
      });
  }

  private async takeOne(offer: string): Promise<void> {
    const { identity, serverClock, installation, log } = this.parts;
    if (await this.journal()) return;
    const trusted = await trustOffer(offer, identity, serverClock.now());
    if (!('releaseId' in trusted)) {
      this.rejected.add(createHash('sha256').update(offer).digest('hex'), trusted);
      return;
    }
    const { releaseId } = trusted;
    const installed: Installed = {
      version: CLIENT_VERSION,
      architecture: installation.architecture,
      releaseKeys: installation.releaseKeys,
      badReleases: this.reports.badReleases(),
    };
    const release = await judgeRelease(trusted.manifest, installed);
    if (!('sha256' in release)) {
      log.error('A release was refused.', {
        releaseId,
        reason: release.reason,
        why: release.message,
      });
      this.reports.tell(releaseId, 'failed', release);
      return;
    }
    if (!(await this.fetchExecutable(releaseId, release, trusted.expiresAt))) return;
    await this.untilQuiet();
    if (!this.stop.aborted) await this.stage(releaseId, release);
  }

  /** Whether the executable is there and is the one of the manifest. */
  private async fetchExecutable(
    releaseId: string,
    release: ReleaseManifest,
    expiresAt: Date,
  ): Promise<boolean> {
    const { installation, directories, log } = this.parts;
    const { folder } = installation;
    await directories.makePrivate(folder.path);
    const part = folder.partOf(release.sha256);
    await removeOthers(folder.path, part);
    const { version } = release;
    const needed = release.size * COPIES + AIR_BYTES;
    const free = await directories.freeBytes(folder.path);
    if (free < needed) {
      const message = `The update needs ${inMegabytes(needed)}, and ${inMegabytes(free)} are free.`;
      this.reports.tell(releaseId, 'failed', { version, reason: 'disk-full', message });
      return false;
    }
    if (!(await this.untilCheap(expiresAt))) return false;
    log.info('A release is fetched.', { releaseId, version });
    this.reports.tell(releaseId, 'downloading', {
      version,
      message: `Fetching version ${version}.`,
    });
    const download = new Download(this.parts, releaseId, release, part, expiresAt);
    const downloaded = await download.run(this.stop);
    if (downloaded.outcome === 'complete') return true;
    if (downloaded.outcome !== 'failed') {
      log.info('The release is not fetched any further.', { outcome: downloaded.outcome });
      return false;
    }
    const { reason, message } = downloaded;
    log.error('A release could not be fetched.', { releaseId, reason, why: message });
    this.reports.tell(releaseId, 'failed', { version, reason, message });
    return false;
  }

  /** False when the offer ended meanwhile: it comes again. */
  private async untilCheap(expiresAt: Date): Promise<boolean> {
    const { isMetered, serverClock, clock } = this.parts;
    while (await isMetered()) {
      if (this.stop.aborted || serverClock.now() >= expiresAt) return false;
      await clock.sleep(COSTS_MS, this.stop);
    }
    return true;
  }

  /** A run has Windows Update in hand: it comes first. */
  private async untilQuiet(): Promise<void> {
    const { runs, clock } = this.parts;
    while (!this.stop.aborted && runs.active()) await clock.sleep(QUIET_MS, this.stop);
  }

  /** Makes everything ready and hands over to the guard, which will end this process. */
  private async stage(releaseId: string, release: ReleaseManifest): Promise<void> {
    const { installation, identity, log, clock } = this.parts;
    const { folder, guard } = installation;
    const { version, sha256 } = release;
    try {
      await this.prepare(release);
      const message = `Version ${version} takes the place of ${CLIENT_VERSION}.`;
      await this.untilTold(this.reports.tell(releaseId, 'installing', { version, message }));
      const previousSha256 = await digestOf(folder.guard);
      if (previousSha256 === undefined) throw new Error('The copy of the client has vanished.');
      const journal: UpdateJournal = {
        ...{ phase: 'staged', releaseId, version, fromVersion: CLIENT_VERSION, sha256 },
        ...{ previousSha256, serverUrl: identity.serverUrl },
        stagedAt: clock.now().toISOString(),
        ...{ endings: 0, answered: 0, silent: 0 },
      };
      await folder.write(journal);
      log.info('The guard takes over.', { releaseId, version });
      await guard.start(folder.guard);
      this.begun.abort();
    } catch (error) {
      // As long as nothing was moved, it can simply be given up.
      await folder.forget();
      await folder.clear();
      log.error('The update could not be prepared.', { error });
      this.reports.tell(releaseId, 'failed', {
        ...{ version, reason: 'could-not-stage', message: reasonOf(error) },
      });
    }
  }

  private async prepare({ sha256 }: ReleaseManifest): Promise<void> {
    const { installation, directories, state, dataDirectory } = this.parts;
    const { folder } = installation;
    await mkdir(folder.path, { recursive: true });
    await folder.forget();
    await folder.clear();
    await copyDurably(folder.executable, folder.guard);
    if ((await digestOf(folder.guard)) !== (await digestOf(folder.executable)))
      throw new Error('The copy of the client is not what it was made of.');
    copyOfState(state, dataDirectory);
    await directories.rename(folder.partOf(sha256), folder.fresh);
  }

  /** The server should know before the client goes away; but it may be out of reach. */
  private async untilTold(reportId: string | undefined): Promise<void> {
    const { clock } = this.parts;
    for (let waited = 0; waited < TOLD_WITHIN_MS && !this.stop.aborted; waited += LOOK_MS / 4) {
      if (reportId === undefined || !this.reports.isWaiting(reportId)) return;
      await clock.sleep(LOOK_MS / 4, this.stop);
    }
  }
}

/** What is left of other releases. */
async function removeOthers(folder: string, part: string): Promise<void> {
  const names = await readdir(folder);
  const parts = names.filter((name) => name.endsWith('.part')).map((name) => join(folder, name));
  await Promise.all(parts.filter((file) => file !== part).map((file) => rm(file, { force: true })));
}

function inMegabytes(bytes: number): string {
  return `${Math.round(bytes / 1_000_000)} MB`;
}
