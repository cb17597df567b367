import { Injectable } from '@nestjs/common';
import {
  type EnrolmentResponse,
  type ReEnrolmentRequest,
  reEnrolmentWaitingSchema,
} from '@fleetmend/client-protocol';
import type { ReEnrolmentDecision, WaitingReEnrolment } from '@fleetmend/dashboard-api';
import { compareHints, hintsOf, isElsewhere, type MachineHints } from '@fleetmend/domain';
import { v7 as uuidv7 } from 'uuid';
import type * as z from 'zod';
import { Clock } from '../../platform/clock';
import { Database, sqlState, type Transaction } from '../../platform/database';
import { type ErrorCode, ERROR_CODES, notFound, RequestError } from '../../platform/errors';
import { Events } from '../../platform/events';
import type { Actor } from '../../platform/http';
import { HandshakeError } from '../../platform/realtime';
import { Throttle } from '../../platform/throttling';
import { AuditService } from '../audit';
import { HandshakesService, KeyGuardService, type ProvenMachine } from '../connections';
import { OrderSigner } from '../enrolment';
import { type EnrolledMachine, MachineRegistryRepository } from '../machines';
import { DuplicateSettingsRepository } from './duplicate-settings.repository';
import { type ReEnrolmentRow, ReEnrolmentsRepository } from './re-enrolments.repository';

/** What a computer is answered that asks for a key of its own. */
export type ReEnrolmentAnswer = EnrolmentResponse | z.infer<typeof reEnrolmentWaitingSchema>;

/** Makes computers that hold the copied key of a machine machines of their own. */
@Injectable()
export class ReEnrolmentsService {
  private readonly byAddress = new Throttle({ points: 120, seconds: 60 });
  /** A copied image may come up many times at once; whoever stole a key shall not fill the fleet. */
  private readonly byKey = new Throttle({ points: 60, seconds: 3600 });

  constructor(
    private readonly handshakes: HandshakesService,
    private readonly keys: KeyGuardService,
    private readonly signer: OrderSigner,
    private readonly repository: ReEnrolmentsRepository,
    private readonly settings: DuplicateSettingsRepository,
    private readonly machines: MachineRegistryRepository,
    private readonly audit: AuditService,
    private readonly database: Database,
    private readonly events: Events,
    private readonly clock: Clock,
  ) {}

  /**
   * Takes a computer as a machine of its own, or has it wait for an administrator. Who asks has proved to hold the copied
   * key; the new key belongs to nobody yet.
   * @throws {RequestError} the refusals of a handshake, `not-cloned`, `re-enrolment-refused`, `throttled`,
   * `public-key-taken`
   */
  async ask(given: ReEnrolmentRequest, address: string): Promise<ReEnrolmentAnswer> {
    await this.byAddress.take(address);
    const { machine } = await this.proven(given);
    const hints = hintsOf(given);
    if (!this.isCopy(machine.hints, hints, machine.id, given.instanceId)) {
      throw new RequestError('not-cloned', 'As far as this server knows, this key is your own.');
    }
    try {
      const machineId = await this.database.inTransaction((transaction) =>
        this.take(transaction, machine, given, hints, address),
      );
      if (machineId === undefined) return { state: 'waiting' };
      return { machineId, serverId: this.signer.serverId, serverKey: this.signer.publicKey };
    } catch (error) {
      if (sqlState(error) !== '23505') throw error;
      throw new RequestError('public-key-taken', 'Another machine has this key. Make a new one.', {
        cause: error,
      });
    }
  }

  async waiting(): Promise<{ items: WaitingReEnrolment[] }> {
    const rows = await this.repository.waiting(this.database);
    return { items: rows.map(toWaiting) };
  }

  /** The computer is told when it asks the next time. Of two decisions the first counts. */
  async decide(id: string, { allow }: ReEnrolmentDecision, actor: Actor): Promise<void> {
    await this.database.inTransaction(async (transaction) => {
      const row = await this.repository.find(transaction, id);
      if (!row) throw notFound('re-enrolment');
      const state = allow ? 'allowed' : 'refused';
      const at = this.clock.now();
      if (!(await this.repository.decide(transaction, id, { state, by: actor.email, at }))) {
        const now = await this.repository.find(transaction, id);
        const same = now?.state === state || (allow && now?.state === 'done');
        if (same) return;
        throw new RequestError('conflict', 'Somebody has decided otherwise about this computer.');
      }
      await this.audit.record(transaction, {
        actor,
        action: `re-enrolment.${state}`,
        subjectType: 'machine',
        subjectId: row.machineId,
        summary: allow
          ? `${row.hostname} may become a machine of its own; it has the copied key of ${row.machineHostname}`
          : `${row.hostname} may not become a machine; it has the copied key of ${row.machineHostname}`,
        after: described(row),
      });
      this.events.tell(transaction, 'list-changed', { list: 'duplicates' });
    });
  }

  private async proven(given: ReEnrolmentRequest): Promise<ProvenMachine> {
    const { protocol, clientVersion, proof, instanceId } = given;
    let proven: ProvenMachine;
    try {
      proven = await this.handshakes.check({ protocol, clientVersion, proof, instanceId });
    } catch (error) {
      if (error instanceof HandshakeError) throw asRequestError(error);
      throw error;
    }
    await this.byKey.take(proven.machine.id);
    return proven;
  }

  /** Where nothing can be compared, who asks for a key of its own knows best. */
  private isCopy(
    recorded: MachineHints,
    present: MachineHints,
    machineId: string,
    instanceId: string,
  ): boolean {
    if (isElsewhere(recorded, present)) return true;
    if (this.keys.isKnownCopy(machineId, instanceId)) return true;
    const { uuid, guid } = compareHints(recorded, present);
    return uuid === 'unknown' && guid === 'unknown';
  }

  /** Answers the id of the machine that the computer is now; undefined while it has to wait. */
  private async take(
    transaction: Transaction,
    copied: ProvenMachine['machine'],
    given: ReEnrolmentRequest,
    hints: MachineHints,
    address: string,
  ): Promise<string | undefined> {
    const now = this.clock.now();
    const row = await this.repository.ask(transaction, {
      ...{ id: uuidv7(), machineId: copied.id, hints, address, at: now },
      clientVersion: given.clientVersion,
    });
    if (row.state === 'refused') {
      const message = 'An administrator does not want this copy as a machine of its own.';
      throw new RequestError('re-enrolment-refused', message);
    }
    if (row.state === 'waiting') {
      const { automaticReEnrolment } = await this.settings.read(transaction);
      this.events.tell(transaction, 'list-changed', { list: 'duplicates' });
      if (!automaticReEnrolment) return undefined;
    }
    const before = row.newMachineId;
    const again = before !== null && (await this.repository.neverConnected(transaction, before));
    const machine: EnrolledMachine = {
      id: again ? before : uuidv7(),
      hostname: given.hostname,
      machineGuid: hints.machineGuid ?? null,
      smbiosUuid: hints.smbiosUuid ?? null,
      publicKey: given.publicKey.x,
      clientVersion: given.clientVersion,
      enrolledAt: now,
      tokenId: null,
      tokenLabel: `copy of ${copied.hostname}`,
      clonedFrom: copied.id,
    };
    if (again) await this.machines.enrolAgain(transaction, machine);
    else await this.machines.enrol(transaction, machine);
    await this.repository.done(transaction, row.id, machine.id);
    await this.audit.record(transaction, {
      actor: { hostname: given.hostname, address },
      action: 'machine.re-enrolled',
      subjectType: 'machine',
      subjectId: machine.id,
      summary: `${given.hostname} had the copied key of ${copied.hostname}, and is a machine of its own now`,
      before: { machineId: copied.id, hints: copied.hints },
      after: { machineId: machine.id, hints, publicKey: given.publicKey.x },
    });
    this.events.tell(transaction, 'machines-changed', { machineIds: [copied.id, machine.id] });
    return machine.id;
  }
}

function toWaiting(row: ReEnrolmentRow): WaitingReEnrolment {
  const { id, machineId, machineHostname, hostname, smbiosUuid, machineGuid } = row;
  return {
    ...{ id, machineId, machineHostname, hostname, smbiosUuid, machineGuid },
    clientVersion: row.clientVersion,
    address: row.address,
    firstAskedAt: row.firstAskedAt.toISOString(),
    lastAskedAt: row.lastAskedAt.toISOString(),
  };
}

function described({ hostname, smbiosUuid, machineGuid, address }: ReEnrolmentRow) {
  return { hostname, smbiosUuid, machineGuid, address };
}

/** The refusals of a handshake are codes of the API, too. */
function asRequestError({ code, data }: HandshakeError): RequestError {
  const known: ErrorCode = code in ERROR_CODES ? (code as ErrorCode) : 'invalid-request';
  const { retryAfterSeconds } = (data ?? {}) as { retryAfterSeconds?: number };
  return new RequestError(known, `The proof was not taken: ${code}.`, {
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds: Math.ceil(retryAfterSeconds) }),
  });
}
