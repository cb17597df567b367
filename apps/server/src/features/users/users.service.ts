import { Injectable } from '@nestjs/common';
import type { NewUser, PasswordChange, User, UserChange } from '@fleetmend/dashboard-api';
import { v7 as uuidv7 } from 'uuid';
import { Clock } from '../../platform/clock';
import { Database, type Transaction } from '../../platform/database';
import { notFound, RequestError } from '../../platform/errors';
import { Events } from '../../platform/events';
import type { Actor } from '../../platform/http';
import { Throttle } from '../../platform/throttling';
import { type AuditActor, AuditService } from '../audit';
import { Passwords } from './passwords';
import { SessionsService } from './sessions.service';
import { toUser } from './users.mapper';
import { type UserRow, UsersRepository } from './users.repository';

/** People and what they may do. There is always one administrator left. */
@Injectable()
export class UsersService {
  private readonly ownPassword = new Throttle({ points: 10, seconds: 900 });

  constructor(
    private readonly users: UsersRepository,
    private readonly sessions: SessionsService,
    private readonly passwords: Passwords,
    private readonly audit: AuditService,
    private readonly database: Database,
    private readonly events: Events,
    private readonly clock: Clock,
  ) {}

  async list(): Promise<{ items: User[] }> {
    return { items: (await this.users.all(this.database)).map(toUser) };
  }

  /** @throws {RequestError} `email-taken`, `forbidden` */
  async create(actor: Actor, given: NewUser): Promise<User> {
    const passwordHash = await this.passwords.hash(given.password);
    const user = await this.database.inTransaction(async (transaction) => {
      await this.lockAdministrators(transaction, actor);
      return this.add(transaction, actor, given, passwordHash);
    });
    return toUser(user);
  }

  /** Adds a user within a transaction that has checked the right to. */
  async add(
    transaction: Transaction,
    actor: AuditActor,
    given: Omit<NewUser, 'password'>,
    passwordHash: string,
  ): Promise<UserRow> {
    const user: UserRow = {
      id: uuidv7(),
      email: given.email,
      name: given.name,
      role: given.role,
      passwordHash,
      disabled: false,
      createdAt: this.clock.now(),
      lastSignInAt: null,
    };
    if (!(await this.users.add(transaction, user))) {
      throw new RequestError('email-taken', `There is a user with the address ${user.email}.`);
    }
    await this.record(transaction, actor, 'user.created', user, {
      summary: `${user.email} was added as ${user.role}`,
      after: shown(user),
    });
    return user;
  }

  /**
   * Changes name, role, password or whether the user may sign in. A new password and being disabled end the user's
   * sessions, all but the one that asked.
   * @throws {RequestError} `not-found`, `last-administrator`, `forbidden`
   */
  async change(actor: Actor, id: string, change: UserChange): Promise<User> {
    const newHash =
      change.password === undefined ? undefined : await this.passwords.hash(change.password);
    const user = await this.database.inTransaction(async (transaction) => {
      const administrators = await this.lockAdministrators(transaction, actor);
      const before = await this.users.forChange(transaction, id);
      if (!before) throw notFound('user');
      const after: UserRow = {
        ...before,
        name: change.name ?? before.name,
        role: change.role ?? before.role,
        disabled: change.disabled ?? before.disabled,
        passwordHash: newHash ?? before.passwordHash,
      };
      const stays = after.role === 'administrator' && !after.disabled;
      if (!stays && administrators.length === 1 && administrators[0] === id) {
        throw new RequestError('last-administrator', 'The last administrator has to stay one.');
      }
      await this.users.change(transaction, after);
      if (after.disabled || newHash !== undefined) {
        await this.sessions.endOfUser(transaction, id, after.disabled ? null : actor.sessionId);
      }
      await this.record(transaction, actor, 'user.changed', after, {
        summary: `${after.email} was changed`,
        before: shown(before),
        after: { ...shown(after), ...(newHash !== undefined && { passwordChanged: true }) },
      });
      return after;
    });
    return toUser(user);
  }

  /** Changes one's own password; all other sessions of the person end. */
  async changeOwnPassword(actor: Actor, { current, next }: PasswordChange): Promise<void> {
    await this.ownPassword.take(actor.userId);
    const known = await this.users.byEmail(this.database, actor.email);
    if (!(await this.passwords.verify(current, known?.passwordHash))) {
      throw new RequestError('wrong-password', 'The current password is wrong.');
    }
    const passwordHash = await this.passwords.hash(next);
    await this.database.inTransaction(async (transaction) => {
      const user = await this.users.forChange(transaction, actor.userId);
      if (user?.passwordHash !== known?.passwordHash || !user) {
        throw new RequestError('conflict', 'The password was just changed elsewhere.');
      }
      await this.users.change(transaction, { ...user, passwordHash });
      await this.sessions.endOfUser(transaction, user.id, actor.sessionId);
      await this.record(transaction, actor, 'user.password-changed', user, {
        summary: `${user.email} changed their password`,
      });
    });
    await this.ownPassword.forget(actor.userId);
  }

  /**
   * All administrators, who stay as they are until `transaction` ends. Whether the actor is one counts now, not when the
   * request came: of two who remove each other at once, the slower one has no right to it any more.
   * @throws {RequestError} `forbidden`
   */
  private async lockAdministrators(transaction: Transaction, actor: Actor): Promise<string[]> {
    const administrators = await this.users.lockAdministrators(transaction);
    if (administrators.includes(actor.userId)) return administrators;
    throw new RequestError('forbidden', 'This needs the role administrator.');
  }

  private async record(
    transaction: Transaction,
    actor: AuditActor,
    action: string,
    user: UserRow,
    what: { readonly summary: string; readonly before?: unknown; readonly after?: unknown },
  ): Promise<void> {
    const subject = { subjectType: 'user', subjectId: user.id };
    await this.audit.record(transaction, { actor, action, ...subject, ...what });
    this.events.tell(transaction, 'list-changed', { list: 'users' });
  }
}

function shown({ email, name, role, disabled }: UserRow) {
  return { email, name, role, disabled };
}
