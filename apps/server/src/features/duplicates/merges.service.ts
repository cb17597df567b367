import { Injectable } from '@nestjs/common';
import type { Merge, MergePreview, PossibleDuplicate } from '@fleetmend/dashboard-api';
import { Clock } from '../../platform/clock';
import { Database, type Transaction } from '../../platform/database';
import { notFound, RequestError } from '../../platform/errors';
import { Events } from '../../platform/events';
import type { Actor } from '../../platform/http';
import { AuditService } from '../audit';
import { FingerprintLedgerRepository } from '../fingerprints';
import { MachineRegistryRepository } from '../machines';
import { DuplicatesRepository, type LockedPair } from './duplicates.repository';
import { DuplicatesService } from './duplicates.service';
import { type MergedMachine, MergesRepository } from './merges.repository';

/** The two machines of a merge. */
interface Sides {
  readonly kept: MergedMachine;
  readonly retired: MergedMachine;
}

/** Makes two machines that are one computer one machine. */
@Injectable()
export class MergesService {
  constructor(
    private readonly duplicates: DuplicatesService,
    private readonly pairs: DuplicatesRepository,
    private readonly merges: MergesRepository,
    private readonly registry: MachineRegistryRepository,
    private readonly fingerprints: FingerprintLedgerRepository,
    private readonly audit: AuditService,
    private readonly database: Database,
    private readonly events: Events,
    private readonly clock: Clock,
  ) {}

  /** What a merge would do now, and what stands against it. */
  async preview(id: string, { keepId }: Merge): Promise<MergePreview> {
    const pair = await this.duplicates.find(id);
    const ids = { newerId: pair.newer.id, olderId: pair.older.id };
    const machines = await this.merges.machines(this.database, Object.values(ids));
    const sides = sidesOf(ids, keepId, machines);
    const { open, ...moves } = await this.merges.count(
      this.database,
      sides.retired.id,
      sides.kept.id,
    );
    return {
      ...{ keepId: sides.kept.id, retireId: sides.retired.id, moves, closes: open },
      obstacles: obstaclesOf(sides).map(({ message }) => message),
    };
  }

  /**
   * The kept machine takes over the other one's history; the other one's key is refused from then on. The same request
   * again changes nothing.
   * @throws {RequestError} `conflict` when somebody has decided otherwise, `machine-online`, `run-active`
   */
  async merge(id: string, { keepId }: Merge, actor: Actor): Promise<PossibleDuplicate> {
    await this.database.inTransaction(async (transaction) => {
      const pair = await this.pairs.lock(transaction, id);
      if (!pair) throw notFound('possible duplicate');
      if (pair.state === 'merged' && pair.keptId === keepId) return;
      if (pair.state !== 'open') throw decidedAlready(pair);
      const machines = await this.merges.lock(transaction, [pair.newerId, pair.olderId]);
      const sides = sidesOf(pair, keepId, machines);
      const [obstacle] = obstaclesOf(sides);
      if (obstacle) throw obstacle;
      await this.join(transaction, pair, sides, actor);
    });
    return this.duplicates.find(id);
  }

  private async join(
    transaction: Transaction,
    pair: LockedPair,
    { kept, retired }: Sides,
    actor: Actor,
  ): Promise<void> {
    const now = this.clock.now();
    await this.registry.retire(transaction, retired.id, now);
    const fingerprintIds = await this.fingerprints.abandon(transaction, retired.id);
    const moved = await this.merges.move(transaction, retired.id, kept.id);
    await this.pairs.decide(transaction, pair.id, {
      ...{ state: 'merged', keptId: kept.id, by: actor.email, at: now },
    });
    await this.pairs.dropOf(transaction, retired.id);
    await this.pairs.compareAt(transaction, [kept.id], now, now);
    await this.audit.record(transaction, {
      actor,
      action: 'machine.merged',
      subjectType: 'machine',
      subjectId: kept.id,
      summary: `${retired.hostname} was merged into ${kept.hostname}: they are one computer (${pair.kind})`,
      before: { kept: described(kept), retired: described(retired) },
      after: { keptId: kept.id, retiredId: retired.id, moved },
    });
    this.events.tell(transaction, 'machine-retired', { machineId: retired.id });
    this.events.tell(transaction, 'machines-changed', { machineIds: [kept.id, retired.id] });
    this.events.tell(transaction, 'list-changed', { list: 'duplicates' });
    if (fingerprintIds.length > 0) {
      this.events.tell(transaction, 'fingerprints-changed', { fingerprintIds });
    }
  }
}

function sidesOf(
  { newerId, olderId }: Pick<LockedPair, 'newerId' | 'olderId'>,
  keepId: string,
  machines: readonly MergedMachine[],
): Sides {
  const kept = machines.find(({ id }) => id === keepId);
  const retired = machines.find(({ id }) => id !== keepId);
  if (!kept || !retired || (keepId !== newerId && keepId !== olderId)) {
    throw new RequestError('invalid-request', 'The machine to keep is none of these two.');
  }
  return { kept, retired };
}

/** Why two machines can't be merged at present, the gravest first. */
function obstaclesOf({ kept, retired }: Sides): RequestError[] {
  const obstacles: RequestError[] = [];
  if (kept.retired) {
    const message = `${kept.hostname} is retired. Keep the other one.`;
    obstacles.push(new RequestError('conflict', message));
  }
  if (retired.online) {
    const message = `${retired.hostname}, which would end, is connected: it lives. Keep that one, or dismiss the pair if both are computers of their own.`;
    obstacles.push(new RequestError('machine-online', message));
  }
  for (const { hostname, activeRun } of [retired, kept]) {
    if (!activeRun) continue;
    const message = `A run is going on or waits on ${hostname}. Merge when it has ended, or cancel it.`;
    obstacles.push(new RequestError('run-active', message));
  }
  return obstacles;
}

function decidedAlready({ state }: LockedPair): RequestError {
  const message =
    state === 'merged'
      ? 'Somebody has merged these two already, the other way round.'
      : 'Somebody has dismissed these two: they are not the same computer.';
  return new RequestError('conflict', message);
}

function described({ id, hostname, smbiosUuid, machineGuid }: MergedMachine) {
  return { id, hostname, smbiosUuid, machineGuid };
}
