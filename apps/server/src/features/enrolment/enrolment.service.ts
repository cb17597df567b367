import { Injectable } from '@nestjs/common';
import {
  type EnrolmentRequest,
  type EnrolmentResponse,
  PROTOCOL_VERSION,
} from '@fleetmend/client-protocol';
import { hintsOf } from '@fleetmend/domain';
import { v7 as uuidv7 } from 'uuid';
import { Clock } from '../../platform/clock';
import { Database, sqlState, type Transaction } from '../../platform/database';
import { RequestError } from '../../platform/errors';
import { Events } from '../../platform/events';
import { Throttle } from '../../platform/throttling';
import { AuditService } from '../audit';
import { type EnrolledMachine, MachineRegistryRepository } from '../machines';
import { stateOf } from './enrolment-tokens.mapper';
import { EnrolmentTokensRepository, type TokenRow } from './enrolment-tokens.repository';
import { hashOfSecret } from './enrolment-tokens.service';
import { OrderSigner } from './order-signer';

const REFUSALS = {
  expired: ['enrolment-token-expired', 'This enrolment token has expired.'],
  revoked: ['enrolment-token-revoked', 'This enrolment token was revoked.'],
  'used-up': ['enrolment-token-used-up', 'This enrolment token was used as often as it may be.'],
} as const;

/** Takes machines into the fleet. */
@Injectable()
export class EnrolmentService {
  /** A whole site may share one address; wrong tokens are counted apart. */
  private readonly byAddress = new Throttle({ points: 3000, seconds: 60 });
  private readonly wrongTokens = new Throttle({ points: 20, seconds: 300 });

  constructor(
    private readonly tokens: EnrolmentTokensRepository,
    private readonly machines: MachineRegistryRepository,
    private readonly signer: OrderSigner,
    private readonly audit: AuditService,
    private readonly database: Database,
    private readonly events: Events,
    private readonly clock: Clock,
  ) {}

  /**
   * Enrols a machine. The same key with the same token is answered as before and uses nothing: the answer may have
   * got lost. A machine that comes again under its name and MachineGuid keeps its history and gets the new key.
   * @throws {RequestError} `unsupported-protocol`, `throttled`, `invalid-enrolment-token` and its kin,
   * `public-key-taken`
   */
  async enrol(given: EnrolmentRequest, address: string): Promise<EnrolmentResponse> {
    await this.byAddress.take(address);
    await this.wrongTokens.check(address);
    if (given.protocol !== PROTOCOL_VERSION) {
      throw new RequestError(
        'unsupported-protocol',
        `This server speaks protocol ${PROTOCOL_VERSION}, the client ${given.protocol}.`,
      );
    }
    const token = await this.tokens.bySecret(this.database, hashOfSecret(given.token));
    if (!token) {
      await this.wrongTokens.take(address);
      throw new RequestError('invalid-enrolment-token', 'This enrolment token is not known here.');
    }
    try {
      const machineId = await this.database.inTransaction((transaction) =>
        this.enrolWith(transaction, token, given, address),
      );
      return { machineId, serverId: this.signer.serverId, serverKey: this.signer.publicKey };
    } catch (error) {
      // Two requests with one new key at once: the second finds it taken.
      if (sqlState(error) === '23505') throw keyTaken(error);
      throw error;
    }
  }

  private async enrolWith(
    transaction: Transaction,
    token: TokenRow,
    given: EnrolmentRequest,
    address: string,
  ): Promise<string> {
    const holder = await this.machines.byPublicKey(transaction, given.publicKey.x);
    if (holder) {
      if (holder.tokenId === token.id && !holder.retired) return holder.id;
      throw keyTaken();
    }
    const now = this.clock.now();
    if (!(await this.tokens.use(transaction, token.id, now))) throw await this.refusal(given, now);
    const { hostname, clientVersion, publicKey } = given;
    const hints = hintsOf(given);
    const { smbiosUuid = null, machineGuid = null } = hints;
    const known =
      machineGuid === null ? undefined : await this.machines.sameMachine(transaction, hints);
    const machine: EnrolledMachine = {
      id: known?.id ?? uuidv7(),
      hostname,
      machineGuid,
      smbiosUuid,
      publicKey: publicKey.x,
      clientVersion,
      enrolledAt: now,
      tokenId: token.id,
      tokenLabel: token.label,
      site: token.site,
      tags: token.tags,
    };
    if (known) {
      await this.machines.enrolAgain(transaction, machine);
      this.events.tell(transaction, 'machine-enrolled-again', { machineId: machine.id });
    } else {
      await this.machines.enrol(transaction, machine);
    }
    await this.audit.record(transaction, {
      actor: { hostname, address },
      action: known ? 'machine.enrolled-again' : 'machine.enrolled',
      subjectType: 'machine',
      subjectId: machine.id,
      summary: known
        ? `${hostname} enrolled again with "${token.label}"; its old key counts no more`
        : `${hostname} enrolled with "${token.label}"`,
      ...(known && { before: { publicKey: known.publicKey } }),
      after: {
        ...{ hostname, publicKey: publicKey.x, clientVersion, tokenId: token.id },
        ...(token.site !== null && { site: token.site }),
        ...(token.tags.length > 0 && { tags: token.tags }),
      },
    });
    this.events.tell(transaction, 'machines-changed', { machineIds: [machine.id] });
    this.events.tell(transaction, 'list-changed', { list: 'enrolment-tokens' });
    return machine.id;
  }

  /** Why the token couldn't be used: it is read again, since it may have changed meanwhile. */
  private async refusal(given: EnrolmentRequest, now: Date): Promise<RequestError> {
    const token = await this.tokens.bySecret(this.database, hashOfSecret(given.token));
    const state = token ? stateOf(token, now) : 'revoked';
    const [code, message] = REFUSALS[state === 'active' ? 'used-up' : state];
    return new RequestError(code, message);
  }
}

function keyTaken(cause?: unknown): RequestError {
  return new RequestError('public-key-taken', 'Another machine has this key. Make a new one.', {
    cause,
  });
}
