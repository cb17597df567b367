import { Injectable } from '@nestjs/common';
import {
  RELEASE_TYPE,
  releaseManifestSchema,
  type ReleaseManifest,
} from '@fleetmend/client-protocol';
import type {
  ClientVersions,
  MachineUpdate,
  MachineUpdateQuery,
  NewRelease,
  Page,
  Release,
  Rollout,
} from '@fleetmend/dashboard-api';
import { decodeProtectedHeader } from 'jose';
import type { Readable } from 'node:stream';
import { v7 as uuidv7 } from 'uuid';
import { Clock } from '../../platform/clock';
import { Database, type Transaction } from '../../platform/database';
import { notFound, RequestError } from '../../platform/errors';
import { Events } from '../../platform/events';
import type { Actor } from '../../platform/http';
import { pageFrom } from '../../platform/paging';
import { AuditService } from '../audit';
import { MachineUpdatesRepository } from './machine-updates.repository';
import { OffersService } from './offers.service';
import { ReleaseFiles } from './release-files';
import { toMachineUpdate, toRelease } from './releases.mapper';
import { type ReleaseRow, ReleasesRepository, type ReleaseStanding } from './releases.repository';
import { isAmong } from './rollout';

/** What administrators do with releases of the client. */
@Injectable()
export class ReleasesService {
  private readonly uploading = new Set<string>();

  constructor(
    private readonly database: Database,
    private readonly releases: ReleasesRepository,
    private readonly updates: MachineUpdatesRepository,
    private readonly files: ReleaseFiles,
    private readonly offers: OffersService,
    private readonly audit: AuditService,
    private readonly events: Events,
    private readonly clock: Clock,
  ) {}

  async list(): Promise<{ items: Release[] }> {
    const [rows, counts] = await Promise.all([
      this.releases.all(this.database),
      this.updates.counts(this.database),
    ]);
    return {
      items: rows.map((row) =>
        toRelease(
          row,
          counts.filter(({ releaseId }) => releaseId === row.id),
        ),
      ),
    };
  }

  async versions(): Promise<ClientVersions> {
    return { items: await this.releases.versions(this.database) };
  }

  async machines(id: string, query: MachineUpdateQuery): Promise<Page<MachineUpdate>> {
    await this.row(id);
    const rows = await this.updates.page(this.database, id, query);
    return pageFrom(rows, query.limit, (row) => [row.sortKey, row.machineId], toMachineUpdate);
  }

  async ofMachine(machineId: string): Promise<{ items: MachineUpdate[] }> {
    const rows = await this.updates.ofMachine(this.database, machineId);
    return { items: rows.map(toMachineUpdate) };
  }

  /** Takes what its publisher signed. Whether the signature is good, only clients can tell. */
  async create(actor: Actor, { manifest }: NewRelease): Promise<Release> {
    const { version, architecture, sha256, size, createdAt, minimumFromVersion } =
      readManifest(manifest);
    const now = this.clock.now();
    const release: ReleaseRow = {
      ...{ id: uuidv7({ msecs: now.getTime() }), version, architecture, sha256, manifest },
      ...{ size: String(size), createdAt: new Date(createdAt) },
      minimumFromVersion: minimumFromVersion ?? null,
      ...{ uploadedAt: now, uploadedBy: actor.email, state: 'incomplete' },
      ...{ percentage: null, haltAfter: 3, haltReason: null },
    };
    await this.database.inTransaction(async (transaction) => {
      if (!(await this.releases.add(transaction, release))) {
        const message = `There is a release ${version} for ${architecture} already.`;
        throw new RequestError('conflict', message);
      }
      await this.record(transaction, actor, release, 'created', {
        summary: `Client ${version} (${architecture}) was added`,
        after: { version, architecture, sha256, size },
      });
    });
    return this.find(release.id);
  }

  /** Takes the executable, if it is exactly the one of the manifest. */
  async receive(actor: Actor, id: string, source: Readable): Promise<Release> {
    const release = await this.row(id);
    if (release.state !== 'incomplete' || this.uploading.has(id)) {
      throw new RequestError('conflict', 'The executable of this release is there, or on its way.');
    }
    this.uploading.add(id);
    try {
      const { sha256 } = release;
      await this.files.receive(source, { sha256, size: Number(release.size) });
      await this.change(actor, id, 'uploaded', ({ version, architecture, ...before }) => ({
        standing: { ...before, state: 'paused' },
        summary: `The executable of client ${version} (${architecture}) was uploaded`,
      }));
    } finally {
      this.uploading.delete(id);
    }
    return this.find(id);
  }

  /** Says who is offered it from now on, and nudges those that are connected. */
  async rollOut(actor: Actor, id: string, rollout: Rollout): Promise<Release> {
    await this.change(actor, id, 'rolled-out', async (release, transaction) => {
      if (release.state === 'incomplete') {
        throw new RequestError('conflict', 'The executable of this release is not there yet.');
      }
      const { version, architecture } = release;
      const name = `client ${version} (${architecture})`;
      if (rollout.to === 'nobody') {
        const standing: ReleaseStanding = { ...release, state: 'paused', haltReason: null };
        return { standing, summary: `The rollout of ${name} was paused` };
      }
      const machineIds = rollout.to === 'machines' ? rollout.machineIds : [];
      const chosen = await this.releases.choose(transaction, id, machineIds);
      if (rollout.to === 'machines' && chosen === 0) {
        throw new RequestError('invalid-request', 'None of these machines is there.');
      }
      const percentage = rollout.to === 'percentage' ? rollout.percentage : null;
      const { haltAfter } = rollout;
      return {
        standing: { state: 'rolling', percentage, haltAfter, haltReason: null },
        summary:
          percentage === null
            ? `${name[0]?.toUpperCase()}${name.slice(1)} is rolled out to ${chosen} chosen ${chosen === 1 ? 'machine' : 'machines'}`
            : `${name[0]?.toUpperCase()}${name.slice(1)} is rolled out to ${percentage} % of the machines`,
        chosenMachines: chosen,
      };
    });
    if (rollout.to !== 'nobody') await this.nudge(id);
    return this.find(id);
  }

  /** Nobody gets it any more, and downloads end. What is installed stays. */
  async halt(actor: Actor, id: string): Promise<Release> {
    await this.change(actor, id, 'halted', ({ version, architecture, ...before }) => {
      if (before.state === 'incomplete') {
        throw new RequestError('conflict', 'This release is not rolled out.');
      }
      return {
        standing: { ...before, state: 'halted', haltReason: `Halted by ${actor.email}.` },
        summary: `The rollout of client ${version} (${architecture}) was halted`,
      };
    });
    return this.find(id);
  }

  /** Only what no machine was ever offered can be removed. */
  async remove(actor: Actor, id: string): Promise<void> {
    const release = await this.row(id);
    await this.database.inTransaction(async (transaction) => {
      if (!(await this.releases.remove(transaction, id))) {
        throw new RequestError('conflict', 'Machines were offered this release: halt it instead.');
      }
      await this.record(transaction, actor, release, 'removed', {
        summary: `Client ${release.version} (${release.architecture}) was removed`,
      });
    });
    this.offers.forget();
    await this.files.remove(release.sha256);
  }

  private async change(
    actor: Actor,
    id: string,
    verb: string,
    decide: (release: ReleaseRow, transaction: Transaction) => Decision | Promise<Decision>,
  ): Promise<void> {
    await this.database.inTransaction(async (transaction) => {
      const release = await this.releases.lock(transaction, id);
      if (!release) throw notFound('release');
      const { standing, summary, chosenMachines } = await decide(release, transaction);
      await this.releases.decide(transaction, id, standing);
      await this.record(transaction, actor, release, verb, {
        summary,
        before: shown(release),
        after: { ...shown(standing), ...(chosenMachines && { chosenMachines }) },
      });
      transaction.afterCommit(() => {
        this.offers.forget();
      });
    });
  }

  private async record(
    transaction: Transaction,
    actor: Actor,
    { id }: ReleaseRow,
    verb: string,
    entry: { readonly summary: string; readonly before?: unknown; readonly after?: unknown },
  ): Promise<void> {
    await this.audit.record(transaction, {
      ...{ actor, action: `release.${verb}`, subjectType: 'release', subjectId: id },
      ...entry,
    });
    this.events.tell(transaction, 'list-changed', { list: 'releases' });
  }

  private async nudge(id: string): Promise<void> {
    const release = await this.row(id);
    const waiting = await this.releases.waiting(this.database, id);
    const machineIds = waiting
      .filter(({ machineId, isChosen }) => isChosen || isAmong(release, machineId))
      .map(({ machineId }) => machineId);
    this.events.tellNow('update-waiting', { machineIds });
  }

  private async find(id: string): Promise<Release> {
    const { items } = await this.list();
    const release = items.find((one) => one.id === id);
    if (!release) throw notFound('release');
    return release;
  }

  private async row(id: string): Promise<ReleaseRow> {
    const row = await this.releases.find(this.database, id);
    if (!row) throw notFound('release');
    return row;
  }
}

interface Decision {
  readonly standing: ReleaseStanding;
  readonly summary: string;
  readonly chosenMachines?: number;
}

function shown({ state, percentage, haltAfter, haltReason }: ReleaseStanding): ReleaseStanding {
  return { state, percentage, haltAfter, haltReason };
}

/** What the manifest says, with nothing of it verified. */
function readManifest(manifest: string): ReleaseManifest {
  try {
    const { alg, typ } = decodeProtectedHeader(manifest);
    if (alg !== 'EdDSA' || typ !== RELEASE_TYPE) throw new Error('It has another header.');
    const payload = Buffer.from(manifest.split('.')[1] ?? '', 'base64url').toString();
    return releaseManifestSchema.parse(JSON.parse(payload));
  } catch (cause) {
    const message = 'This is no manifest of a release: take the file that release:sign wrote.';
    throw new RequestError('invalid-request', message, { cause });
  }
}
