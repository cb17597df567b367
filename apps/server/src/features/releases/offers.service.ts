import { Injectable, type OnModuleInit } from '@nestjs/common';
import { clientUpdateLifeCycle, compareClientVersions, traitsOfReason } from '@fleetmend/domain';
import { v4 as uuidv4 } from 'uuid';
import { Clock } from '../../platform/clock';
import { Database, type Transaction } from '../../platform/database';
import { Events } from '../../platform/events';
import { OrderSigner } from '../enrolment';
import { MachineUpdatesRepository, type MachineUpdateRow } from './machine-updates.repository';
import { type ReleaseRow, ReleasesRepository } from './releases.repository';
import { type AskingClient, isAmong, suits } from './rollout';

/** How long an offer is followed, in ms: a download over a slow line takes its time. */
const OFFER_LIFE = 24 * 3_600_000;
/** A machine on which it did not work for a reason of its own is asked again after so long, in ms. */
const AGAIN_AFTER = 3_600_000;
/** So long it is remembered what is rolling: a fleet that comes back at once must not ask the database ten thousand times. */
const REMEMBERED = 5_000;

/** Offers machines the release that they are chosen for. */
@Injectable()
export class OffersService implements OnModuleInit {
  private known: { readonly at: number; readonly releases: Promise<ReleaseRow[]> } | undefined;

  constructor(
    private readonly database: Database,
    private readonly releases: ReleasesRepository,
    private readonly updates: MachineUpdatesRepository,
    private readonly signer: OrderSigner,
    private readonly events: Events,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    // It may have been decided on another server.
    this.events.on('update-waiting', () => {
      this.forget();
    });
  }

  /** What is rolling has changed. */
  forget(): void {
    this.known = undefined;
  }

  /** The signed offer for this client, or null. Written down before it is made. */
  async offerTo(client: AskingClient): Promise<string | null> {
    const rolling = await this.rolling();
    if (rolling.length === 0) return null;
    const release = await this.chosenFor(client, rolling);
    return release ? this.sign(release, client.machineId) : null;
  }

  private rolling(): Promise<ReleaseRow[]> {
    const now = performance.now();
    if (this.known && now - this.known.at < REMEMBERED) return this.known.releases;
    const releases = this.releases.rolling(this.database);
    this.known = { at: now, releases };
    releases.catch(() => {
      this.forget();
    });
    return releases;
  }

  private chosenFor(
    client: AskingClient,
    rolling: readonly ReleaseRow[],
  ): Promise<ReleaseRow | undefined> {
    return this.database.inTransaction(async (transaction) => {
      await this.settle(transaction, client);
      for (const release of rolling) {
        if (!suits(release, client) || !(await this.isFor(release, client.machineId))) continue;
        return (await this.mayHave(transaction, release, client)) ? release : undefined;
      }
      return undefined;
    });
  }

  private async isFor(release: ReleaseRow, machineId: string): Promise<boolean> {
    return (
      isAmong(release, machineId) ||
      (release.percentage === null &&
        (await this.releases.isChosen(this.database, release.id, machineId)))
    );
  }

  /** A release that the machine has got by other means is installed, too. */
  private async settle(transaction: Transaction, client: AskingClient): Promise<void> {
    const found = await this.updates.ofMachine(transaction, client.machineId);
    const arrived = found.filter(
      ({ state, version }) =>
        (state === 'offered' || state === 'downloading' || state === 'lost') &&
        (compareClientVersions(client.version, version) ?? -1) >= 0,
    );
    const message = `The machine came with version ${client.version}.`;
    await this.updates.move(
      transaction,
      arrived.map(({ releaseId, machineId }) => {
        return { releaseId, machineId, state: 'installed', reason: null, message };
      }),
      this.clock.now(),
    );
    if (arrived.length > 0) this.tell(transaction, client.machineId);
  }

  /** Whether the machine may be offered it now; that it is, is written down. */
  private async mayHave(
    transaction: Transaction,
    { id: releaseId }: ReleaseRow,
    { machineId, version: fromVersion }: AskingClient,
  ): Promise<boolean> {
    const at = this.clock.now();
    const [known] = await this.updates.lock(transaction, [{ releaseId, machineId }]);
    if (!known) {
      await this.updates.offer(transaction, { releaseId, machineId, fromVersion, at });
      this.tell(transaction, machineId);
      return true;
    }
    if (known.state === 'offered' || known.state === 'downloading') return true;
    if (!isWorthAnotherTry(known, at)) return false;
    const anew = { releaseId, machineId, state: 'offered', reason: null, message: null } as const;
    await this.updates.move(transaction, [anew], at);
    this.tell(transaction, machineId);
    return true;
  }

  private sign({ id: releaseId, manifest }: ReleaseRow, machineId: string): Promise<string> {
    const now = this.clock.now().getTime();
    return this.signer.signOffer({
      ...{ aud: machineId, jti: uuidv4(), releaseId, manifest },
      ...{ iat: Math.floor(now / 1000), exp: Math.floor((now + OFFER_LIFE) / 1000) },
    });
  }

  private tell(transaction: Transaction, machineId: string): void {
    this.events.tell(transaction, 'list-changed', { list: 'releases' });
    this.events.tell(transaction, 'machines-changed', { machineIds: [machineId] });
  }
}

/** A machine that has an older client again, or that had a reason of its own, which may be gone. */
function isWorthAnotherTry({ state, reason, changedAt }: MachineUpdateRow, now: Date): boolean {
  if (!clientUpdateLifeCycle.allows(state, 'offered') || state === 'lost') return false;
  if (state === 'installed') return true;
  if (traitsOfReason(reason).final) return false;
  return now.getTime() - changedAt.getTime() >= AGAIN_AFTER;
}
