import { Inject, Injectable } from '@nestjs/common';
import type {
  CreatedEnrolmentToken,
  EnrolmentToken,
  NewEnrolmentToken,
} from '@fleetmend/dashboard-api';
import { createHash, randomBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { Clock } from '../../platform/clock';
import { type Config, CONFIG } from '../../platform/config';
import { Database } from '../../platform/database';
import { notFound } from '../../platform/errors';
import { Events } from '../../platform/events';
import type { Actor } from '../../platform/http';
import { AuditService } from '../audit';
import { toEnrolmentToken } from './enrolment-tokens.mapper';
import { EnrolmentTokensRepository, type TokenRow } from './enrolment-tokens.repository';

const HOUR = 3_600_000;

/** What the database keeps of a token's secret. */
export function hashOfSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** Makes and revokes the tokens with which machines enrol. */
@Injectable()
export class EnrolmentTokensService {
  constructor(
    private readonly tokens: EnrolmentTokensRepository,
    private readonly audit: AuditService,
    private readonly database: Database,
    private readonly events: Events,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async list(): Promise<{ items: EnrolmentToken[] }> {
    const now = this.clock.now();
    const rows = await this.tokens.all(this.database);
    return { items: rows.map((row) => toEnrolmentToken(row, now)) };
  }

  /**
   * Makes a token. Its secret is in the answer and nowhere else. `reachedAt` is the address at which the caller reaches
   * the server: machines are told that one, unless the configuration knows better.
   */
  async create(
    actor: Actor | 'system',
    given: NewEnrolmentToken,
    reachedAt = this.config.publicUrl,
  ): Promise<CreatedEnrolmentToken> {
    const secret = `fmt_${randomBytes(32).toString('base64url')}`;
    const now = this.clock.now();
    const token: TokenRow = {
      id: uuidv7(),
      label: given.label,
      createdAt: now,
      createdBy: actor === 'system' ? actor : actor.email,
      expiresAt: new Date(now.getTime() + given.expiresInHours * HOUR),
      maximumUses: given.maximumUses,
      uses: 0,
      revokedAt: null,
      site: given.site ?? null,
      tags: given.tags ?? [],
    };
    const shown = toEnrolmentToken(token, now);
    await this.database.inTransaction(async (transaction) => {
      await this.tokens.add(transaction, token, hashOfSecret(secret));
      await this.audit.record(transaction, {
        actor,
        action: 'enrolment-token.created',
        subjectType: 'enrolment-token',
        subjectId: token.id,
        summary: `Enrolment token "${token.label}" was made`,
        after: {
          label: shown.label,
          expiresAt: shown.expiresAt,
          maximumUses: shown.maximumUses,
          site: shown.site,
          tags: shown.tags,
        },
      });
      this.events.tell(transaction, 'list-changed', { list: 'enrolment-tokens' });
    });
    const address = this.config.publicUrlGiven ? this.config.publicUrl : reachedAt;
    const installCommand = installLines(address, secret);
    return { ...shown, secret, installCommand };
  }

  /** Revokes a token; what enrolled with it stays. Once more changes nothing. */
  async revoke(actor: Actor, id: string): Promise<void> {
    await this.database.inTransaction(async (transaction) => {
      const token = await this.tokens.revoke(transaction, id, this.clock.now());
      if (!token) {
        if (await this.tokens.exists(transaction, id)) return;
        throw notFound('enrolment token');
      }
      await this.audit.record(transaction, {
        actor,
        action: 'enrolment-token.revoked',
        subjectType: 'enrolment-token',
        subjectId: id,
        summary: `Enrolment token "${token.label}" was revoked after ${token.uses} uses`,
      });
      this.events.tell(transaction, 'list-changed', { list: 'enrolment-tokens' });
    });
  }
}

/** For an elevated prompt of either kind, in the folder that holds the client. */
function installLines(server: string, secret: string): string {
  const { protocol, hostname } = new URL(server);
  // The client takes plain HTTP from another computer only when it is told to.
  const plain = protocol === 'http:' && hostname !== 'localhost' ? ' --allow-http' : '';
  return [
    `.\\fleetmend-client.exe enroll --server ${server} --token ${secret}${plain}`,
    '.\\fleetmend-client.exe install',
  ].join('\n');
}
