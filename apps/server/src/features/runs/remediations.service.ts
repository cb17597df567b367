import { Injectable } from '@nestjs/common';
import type {
  Guard,
  NewRemediation,
  Page,
  Preview,
  PreviewRequest,
  Remediation,
} from '@fleetmend/dashboard-api';
import { findPlaybook, type PlaybookParameters, validateParameters } from '@fleetmend/domain';
import { v7 as uuidv7 } from 'uuid';
import { Clock } from '../../platform/clock';
import { Database, type Queryable, type Transaction } from '../../platform/database';
import { notFound, RequestError } from '../../platform/errors';
import { Events } from '../../platform/events';
import type { Actor } from '../../platform/http';
import { pageFrom } from '../../platform/paging';
import { AuditService } from '../audit';
import { FingerprintsService, type TargetFingerprint } from '../fingerprints';
import { EmergencyStopService } from './emergency-stop.service';
import { RemediationsRepository } from './remediations.repository';
import { RunDispatcher } from './run-dispatcher';
import { toRemediation } from './runs.mapper';
import { type Exclusion, SelectionRepository } from './selection.repository';

const HOUR = 3_600_000;

/** Why a machine is left out, for people. */
export const EXCLUSION_REASONS: Readonly<Record<Exclusion, string>> = {
  'active-run': 'Another run is active on the machine.',
  retired: 'The machine is retired.',
  'client-too-old': 'Its client is too old to take orders.',
  'unknown-playbook': 'Its client does not have this version of the playbook. Update the client.',
  'not-affected': 'The failure is not open on this machine.',
  'unknown-machine': 'There is no such machine.',
  'never-connected': 'It has enrolled, but its client has never connected.',
};

/** A request's plan, checked. */
interface CheckedPlan {
  readonly playbook: string;
  readonly version: number;
  readonly parameters: PlaybookParameters;
  readonly target: TargetFingerprint | null;
  readonly guard: Guard | null;
}

/** Pushes of a playbook to selected machines. */
@Injectable()
export class RemediationsService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly events: Events,
    private readonly audit: AuditService,
    private readonly fingerprints: FingerprintsService,
    private readonly repository: RemediationsRepository,
    private readonly selections: SelectionRepository,
    private readonly dispatcher: RunDispatcher,
    private readonly stop: EmergencyStopService,
  ) {}

  /** Who would be included and who not, and why. */
  async preview(request: PreviewRequest): Promise<Preview> {
    const { guard, playbook: name, version } = await this.check(this.database, request);
    const { selection, fingerprintId } = request;
    const playbook = { name, version };
    const [counts, machines] = await Promise.all([
      this.selections.count(this.database, selection, fingerprintId, playbook),
      this.selections.first(this.database, selection, fingerprintId, playbook),
    ]);
    const included = counts.find(({ exclusion }) => exclusion === null);
    return {
      included: included?.machines ?? 0,
      includedOffline: included?.offline ?? 0,
      excluded: counts.flatMap(({ exclusion, machines: number }) =>
        exclusion === null
          ? []
          : { exclusion, machines: number, reason: EXCLUSION_REASONS[exclusion] },
      ),
      machines: machines.map(({ exclusion, ...machine }) => ({
        ...machine,
        included: exclusion === null,
        reason:
          exclusion !== null
            ? EXCLUSION_REASONS[exclusion]
            : machine.online
              ? null
              : 'Offline: starts when it connects.',
        exclusion,
      })),
      guard,
    };
  }

  /**
   * Writes the remediation, its runs and the audit entry, all or nothing; machines are told after the commit. The same
   * request again answers what it made the first time.
   */
  async create(request: NewRemediation, actor: Actor): Promise<Remediation> {
    const id = await this.database.inTransaction(async (transaction) => {
      const known = await this.repository.idOfRequest(transaction, request.requestId);
      return known ?? this.write(transaction, request, actor);
    });
    return this.find(id);
  }

  private async write(
    transaction: Transaction,
    request: NewRemediation,
    actor: Actor,
  ): Promise<string> {
    const { playbook, version, parameters, target, guard } = await this.check(transaction, request);
    if (guard && request.mode === 'execute' && request.overrideReason === undefined) {
      throw new RequestError('invalid-request', `${guard.reason} Say why to go on nevertheless.`, {
        problems: [{ path: 'overrideReason', message: guard.reason }],
      });
    }
    if (await this.stop.isOn(transaction)) {
      throw new RequestError('emergency-stop', 'All orders are stopped. Release them first.');
    }
    const now = this.clock.now();
    const { requestId, mode, selection } = request;
    const id = uuidv7({ msecs: now.getTime() });
    const expiresAt = new Date(now.getTime() + request.expiresInHours * HOUR);
    const added = await this.dispatcher.open(transaction, {
      ...{ id, requestId, playbook, playbookVersion: version, mode, parameters },
      fingerprintId: target?.id ?? null,
      reason: target?.label ?? null,
      overrideReason: guard ? (request.overrideReason ?? null) : null,
      ...{ createdAt: now, createdBy: actor.email, expiresAt },
    });
    if (!added) {
      const other = await this.repository.idOfRequest(transaction, requestId);
      if (other !== undefined) return other;
      throw new RequestError('conflict', 'The same request is just being worked on. Try again.');
    }
    const made = await this.dispatcher.dispatch(transaction, selection, {
      ...{ remediationId: id, fingerprintId: target?.id ?? null, playbook, parameters },
      ...{ playbookVersion: version, mode, createdAt: now, expiresAt },
    });
    if (made.length !== request.expectedMachines) {
      throw new RequestError(
        'selection-changed',
        `The preview said ${request.expectedMachines} machines; now there are ${made.length}. Look at it again.`,
      );
    }
    await this.audit.record(transaction, {
      actor,
      action: 'remediation.created',
      subjectType: 'remediation',
      subjectId: id,
      summary: `${playbook} (${mode}) on ${made.length === 1 ? '1 machine' : `${made.length} machines`}${target ? ` against ${target.label}` : ''}.`,
      after: {
        ...{ playbook, version, mode, parameters, selection, machines: made.length },
        ...(guard ? { guard: guard.reason, overrideReason: request.overrideReason ?? null } : {}),
      },
    });
    if (target) {
      this.events.tell(transaction, 'fingerprints-changed', { fingerprintIds: [target.id] });
    }
    return id;
  }

  async page(query: { cursor?: string | undefined; limit: number }): Promise<Page<Remediation>> {
    const { rows, total } = await this.repository.page(this.database, query);
    return pageFrom(rows, query.limit, (row) => [row.sortKey, row.id], toRemediation, total);
  }

  async find(id: string): Promise<Remediation> {
    const row = await this.repository.find(this.database, id);
    if (!row) throw notFound('remediation');
    return toRemediation(row);
  }

  /** Cancels the runs that no machine has fetched; the others go on. */
  async cancel(id: string, actor: Actor): Promise<Remediation> {
    await this.find(id);
    await this.database.inTransaction(async (transaction) => {
      const message = `Cancelled by ${actor.email}.`;
      const at = this.clock.now();
      const queued = await this.dispatcher.withdraw(transaction, id, { message, at });
      await this.audit.record(transaction, {
        actor,
        action: 'remediation.cancelled',
        subjectType: 'remediation',
        subjectId: id,
        summary: `Cancelled ${queued.length} run(s) that no machine had fetched yet.`,
      });
    });
    return this.find(id);
  }

  private async check(database: Queryable, request: PreviewRequest): Promise<CheckedPlan> {
    const playbook = findPlaybook(request.playbook);
    if (!playbook) {
      throw new RequestError('invalid-request', 'There is no such playbook.', {
        problems: [{ path: 'playbook', message: 'There is no such playbook.' }],
      });
    }
    const checked = validateParameters(playbook, request.parameters);
    if (!checked.ok) {
      throw new RequestError('invalid-request', checked.problems.join(' '), {
        problems: checked.problems.map((message) => ({ path: 'parameters', message })),
      });
    }
    const target =
      request.fingerprintId === undefined
        ? null
        : await this.fingerprints.target(database, request.fingerprintId);
    return {
      ...{ playbook: playbook.name, version: playbook.version, parameters: checked.parameters },
      target,
      guard: guardAgainst(playbook.name, target),
    };
  }
}

/** The guard speaks against the reset; it has nothing to say of other playbooks. */
function guardAgainst(playbook: string, target: TargetFingerprint | null): Guard | null {
  return playbook === 'reset-software-distribution' ? (target?.guard ?? null) : null;
}
