import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Session } from '@fleetmend/dashboard-api';
import { randomBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { Clock } from '../../platform/clock';
import { type Config, CONFIG } from '../../platform/config';
import { Database, type Transaction } from '../../platform/database';
import { RequestError } from '../../platform/errors';
import { Events } from '../../platform/events';
import type { Actor } from '../../platform/http';
import { Jobs } from '../../platform/jobs';
import { Throttle } from '../../platform/throttling';
import { AuditService } from '../audit';
import { Passwords } from './passwords';
import { csrfTokenOf, hashOf, secretOf } from './session-cookie';
import { type LiveSession, SessionsRepository } from './sessions.repository';
import { toUser } from './users.mapper';
import { type UserRow, UsersRepository } from './users.repository';

const HOUR = 3_600_000;
/** A session that isn't used ends after this, in ms. */
export const IDLE_LIFE = 12 * HOUR;
/** A session ends after this, used or not, in ms. */
export const WHOLE_LIFE = 7 * 24 * HOUR;
/** Its end is moved at most this often, in ms, so that reading doesn't mean writing. */
const MOVED_EVERY = 0.25 * HOUR;

/** A session with the secret that the cookie carries. */
export interface OpenSession {
  readonly secret: string;
  readonly session: Session;
}

/** Signing in and out, and who a request comes from. */
@Injectable()
export class SessionsService implements OnModuleInit {
  private readonly byAddress = new Throttle({ points: 100, seconds: 300 });
  private readonly byAccount = new Throttle({ points: 10, seconds: 900 });

  constructor(
    private readonly sessions: SessionsRepository,
    private readonly users: UsersRepository,
    private readonly passwords: Passwords,
    private readonly audit: AuditService,
    private readonly database: Database,
    private readonly events: Events,
    private readonly clock: Clock,
    private readonly jobs: Jobs,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.jobs.add({
      id: 'end-idle-sessions',
      everySeconds: 300,
      timeoutSeconds: 60,
      run: () => this.sweep(),
    });
  }

  /**
   * Starts a new session; the one that `cookie` names ends, so that nobody can plant a session and wait. Whether the
   * account exists, is disabled or has another password makes no difference to the caller.
   * @throws {RequestError} `wrong-credentials`, `throttled`, `server-busy`
   */
  async signIn(
    email: string,
    password: string,
    address: string,
    cookie: string | undefined,
  ): Promise<OpenSession> {
    const account = `${address} ${email}`;
    await this.byAddress.take(address);
    await this.byAccount.take(account);
    const user = await this.users.byEmail(this.database, email);
    const right = await this.passwords.verify(password, user?.passwordHash);
    if (!user || !right || user.disabled) {
      throw new RequestError('wrong-credentials', 'E-mail address or password is wrong.');
    }
    await this.byAccount.forget(account);
    return this.database.inTransaction(async (transaction) => {
      const opened = await this.start(transaction, user, cookie);
      const actor = actorOf(opened.session.user, opened.id, address);
      await this.audit.record(transaction, {
        actor,
        action: 'session.started',
        subjectType: 'user',
        subjectId: user.id,
        summary: `${user.email} signed in`,
      });
      return opened;
    });
  }

  /** Starts a session of `user` within a transaction that has made sure of who it is. */
  async start(
    transaction: Transaction,
    user: UserRow,
    cookie: string | undefined,
  ): Promise<OpenSession & { readonly id: string }> {
    const before = secretOf(cookie, this.config.secureCookies);
    if (before !== undefined) await this.end(transaction, before);
    const secret = randomBytes(32).toString('base64url');
    const now = this.clock.now();
    const id = uuidv7();
    const expiresAt = new Date(now.getTime() + IDLE_LIFE);
    await this.sessions.add(transaction, {
      id,
      userId: user.id,
      secretHash: hashOf(secret),
      createdAt: now,
      expiresAt,
    });
    await this.users.signedIn(transaction, user.id, now);
    const session = {
      user: toUser({ ...user, lastSignInAt: now }),
      csrfToken: csrfTokenOf(secret),
      expiresAt: expiresAt.toISOString(),
    };
    return { id, secret, session };
  }

  /** The session that this cookie header names, while it counts. Being used moves its end. */
  async find(cookie: string | undefined): Promise<{ secret: string; live: LiveSession } | null> {
    const secret = secretOf(cookie, this.config.secureCookies);
    if (secret === undefined) return null;
    const now = this.clock.now();
    const live = await this.sessions.live(this.database, hashOf(secret), now);
    if (!live) return null;
    const end = Math.min(now.getTime() + IDLE_LIFE, live.createdAt.getTime() + WHOLE_LIFE);
    if (end - live.expiresAt.getTime() < MOVED_EVERY) return { secret, live };
    const expiresAt = new Date(end);
    await this.sessions.extend(this.database, live.id, expiresAt);
    return { secret, live: { ...live, expiresAt } };
  }

  /** Whether the session with this id still counts. */
  isLive(id: string): Promise<boolean> {
    return this.sessions.isLive(this.database, id, this.clock.now());
  }

  /** The session of this cookie header as the dashboard wants it. */
  async read(cookie: string | undefined): Promise<Session> {
    const found = await this.find(cookie);
    if (!found) throw new RequestError('unauthenticated', 'You are not signed in.');
    return {
      user: toUser(found.live.user),
      csrfToken: csrfTokenOf(found.secret),
      expiresAt: found.live.expiresAt.toISOString(),
    };
  }

  async signOut(actor: Actor, cookie: string | undefined): Promise<void> {
    const secret = secretOf(cookie, this.config.secureCookies);
    if (secret === undefined) return;
    await this.database.inTransaction(async (transaction) => {
      await this.end(transaction, secret);
      await this.audit.record(transaction, {
        actor,
        action: 'session.ended',
        subjectType: 'user',
        subjectId: actor.userId,
        summary: `${actor.email} signed out`,
      });
    });
  }

  /** Ends all sessions of a user but for `except`, within the transaction that gives the reason. */
  async endOfUser(transaction: Transaction, userId: string, except: string | null): Promise<void> {
    const sessionIds = await this.sessions.endOfUser(transaction, userId, except);
    if (sessionIds.length > 0) this.events.tell(transaction, 'sessions-ended', { sessionIds });
  }

  /** Forgets sessions that are over; the sockets that live by them close. */
  async sweep(): Promise<void> {
    await this.database.inTransaction(async (transaction) => {
      const sessionIds = await this.sessions.sweep(transaction, this.clock.now());
      if (sessionIds.length > 0) this.events.tell(transaction, 'sessions-ended', { sessionIds });
    });
  }

  private async end(transaction: Transaction, secret: string): Promise<void> {
    const sessionIds = await this.sessions.end(transaction, hashOf(secret));
    if (sessionIds.length > 0) this.events.tell(transaction, 'sessions-ended', { sessionIds });
  }
}

/** The person of a session, for the audit log. */
export function actorOf(
  user: { readonly id: string; readonly email: string; readonly role: Actor['role'] },
  sessionId: string,
  address: string | null,
): Actor {
  return { userId: user.id, email: user.email, role: user.role, sessionId, address };
}
