import { Injectable } from '@nestjs/common';
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { RequestError } from '../../platform/errors';

const derive = promisify(argon2);

/** Argon2id above OWASP's minimum of 19 MiB and 2 passes. Kept with each hash, so they may be raised. */
const COST = { memory: 32_768, passes: 2, parallelism: 1 } as const;
const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** Each hash takes 32 MiB and a core for a while: so many run at once, so many more wait, the rest is refused. */
const AT_ONCE = 2;
const MAY_WAIT = 50;

const PHC =
  /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+={0,2})\$([A-Za-z0-9+/]+={0,2})$/;

/** Hashes and verifies passwords, in PHC's string format. */
@Injectable()
export class Passwords {
  private running = 0;
  private readonly waiting: (() => void)[] = [];
  private decoy: Promise<string> | undefined;

  /** @throws {RequestError} `server-busy` */
  async hash(password: string): Promise<string> {
    const salt = randomBytes(SALT_BYTES);
    const hash = await this.derive(password, salt, HASH_BYTES, COST);
    const { memory, passes, parallelism } = COST;
    return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(salt)}$${base64(hash)}`;
  }

  /**
   * Whether `password` is the one of `hash`. Without a hash the answer is no, after the same time, so that nobody
   * learns from it who has an account.
   * @throws {RequestError} `server-busy`
   */
  async verify(password: string, hash: string | undefined): Promise<boolean> {
    const stored = hash ?? (await (this.decoy ??= this.hash(randomBytes(16).toString('hex'))));
    const [, memory, passes, parallelism, salt, expected] = PHC.exec(stored) ?? [];
    if (salt === undefined || expected === undefined) {
      throw new Error('A stored password hash is not in the format that this server writes.');
    }
    const wanted = Buffer.from(expected, 'base64');
    const found = await this.derive(password, Buffer.from(salt, 'base64'), wanted.length, {
      memory: Number(memory),
      passes: Number(passes),
      parallelism: Number(parallelism),
    });
    return timingSafeEqual(found, wanted) && hash !== undefined;
  }

  private async derive(
    password: string,
    nonce: Buffer,
    tagLength: number,
    cost: { readonly memory: number; readonly passes: number; readonly parallelism: number },
  ): Promise<Buffer> {
    await this.turn();
    try {
      const message = Buffer.from(password.normalize('NFC'), 'utf8');
      return Buffer.from(await derive('argon2id', { message, nonce, tagLength, ...cost }));
    } finally {
      this.running--;
      this.waiting.shift()?.();
    }
  }

  private async turn(): Promise<void> {
    if (this.running >= AT_ONCE) {
      if (this.waiting.length >= MAY_WAIT) {
        throw new RequestError('server-busy', 'Too many sign-ins at once. Try again.', {
          retryAfterSeconds: 2,
        });
      }
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    this.running++;
  }
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
