import { Inject, Injectable } from '@nestjs/common';
import type { SetupRequest, SetupState } from '@fleetmend/dashboard-api';
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { type Config, CONFIG } from '../../platform/config';
import { Database } from '../../platform/database';
import { RequestError } from '../../platform/errors';
import { Logger } from '../../platform/logging';
import { Throttle } from '../../platform/throttling';
import { Passwords } from './passwords';
import { hashOf } from './session-cookie';
import { type OpenSession, SessionsService } from './sessions.service';
import { UsersRepository } from './users.repository';
import { UsersService } from './users.service';

/** Makes the first administrator: by the link that the server prints, or from the environment. */
@Injectable()
export class SetupService {
  private tokenHash: Buffer | undefined;
  private readonly tries = new Throttle({ points: 20, seconds: 300 });

  constructor(
    private readonly repository: UsersRepository,
    private readonly users: UsersService,
    private readonly sessions: SessionsService,
    private readonly passwords: Passwords,
    private readonly database: Database,
    private readonly logger: Logger,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async state(): Promise<SetupState> {
    return { needed: !(await this.repository.hasAdministrator(this.database)) };
  }

  /**
   * Called once at the start. Answers the one-time token of the set-up page, or null when there is an administrator,
   * perhaps just made from the environment.
   */
  async begin(): Promise<string | null> {
    if (!(await this.state()).needed) return null;
    if (this.config.administrator) {
      await this.makeUnattended(this.config.administrator);
      return null;
    }
    const token = randomBytes(24).toString('base64url');
    this.tokenHash = hashOf(token);
    return token;
  }

  /** @throws {RequestError} `setup-already-done`, `wrong-setup-token`, `throttled` */
  async finish(
    given: SetupRequest,
    address: string,
    cookie: string | undefined,
  ): Promise<OpenSession> {
    await this.tries.take(address);
    if (!(await this.state()).needed) throw alreadyDone();
    if (!this.tokenHash || !timingSafeEqual(this.tokenHash, hashOf(given.token))) {
      throw new RequestError(
        'wrong-setup-token',
        'This link does not count. Open the one that the server printed at its last start.',
      );
    }
    const passwordHash = await this.passwords.hash(given.password);
    const opened = await this.database.inTransaction(async (transaction) => {
      await this.repository.lockSetup(transaction);
      if (await this.repository.hasAdministrator(transaction)) throw alreadyDone();
      const user = await this.users.add(
        transaction,
        'system',
        { ...given, role: 'administrator' },
        passwordHash,
      );
      return this.sessions.start(transaction, user, cookie);
    });
    this.tokenHash = undefined;
    return opened;
  }

  private async makeUnattended(given: { email: string; password: string }): Promise<void> {
    const passwordHash = await this.passwords.hash(given.password);
    await this.database.inTransaction(async (transaction) => {
      await this.repository.lockSetup(transaction);
      if (await this.repository.hasAdministrator(transaction)) return;
      const name = given.email.split('@')[0] ?? given.email;
      const { email } = given;
      await this.users.add(
        transaction,
        'system',
        { email, name, role: 'administrator' },
        passwordHash,
      );
      this.logger.info({ email }, 'the first administrator was made from the environment');
    });
  }
}

function alreadyDone(): RequestError {
  return new RequestError('setup-already-done', 'There is an administrator already. Sign in.');
}
