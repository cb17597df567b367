import { createHmac, randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { reasonOf } from '../log';
import { type Secrets } from '../windows/secrets';

/** Beside the state, but not in it: who gets hold of `client.db` alone can't open its secrets on this machine either. */
export const ENTROPY_FILE = 'client.entropy';

const ENTROPY_LENGTH = 32;
const SEALED = /^sealed1:([A-Za-z0-9+/]+={0,2})$/;

/** A secret of the state that can't be opened here. Never holds anything of it. */
export class SecretUnreadable extends Error {
  constructor(reason: string) {
    super(
      `The machine's own secrets can't be opened: this state belongs to another machine, or "${ENTROPY_FILE}" was lost. Enrol anew: fleetmend-client enroll --force. (${reason})`,
    );
    this.name = 'SecretUnreadable';
  }
}

/** Closes the secrets that the state holds, so that a copy of it is useless elsewhere. */
export class Vault {
  constructor(
    private readonly secrets: Secrets,
    private readonly directory: string,
  ) {}

  /** `secret` as text to be kept. `purpose` says what it is for; it can be opened for that only. */
  seal(purpose: string, secret: string): string {
    const entropy = entropyFor(purpose, this.entropy() ?? this.newEntropy());
    const closed = this.secrets.protect(Buffer.from(secret, 'utf8'), entropy);
    return `sealed1:${Buffer.from(closed).toString('base64')}`;
  }

  /** Throws {@link SecretUnreadable}. */
  open(purpose: string, sealed: string): string {
    const closed = SEALED.exec(sealed)?.[1];
    if (closed === undefined) throw new SecretUnreadable('What is kept is no sealed secret.');
    const entropy = this.entropy();
    if (!entropy) throw new SecretUnreadable(`"${ENTROPY_FILE}" is missing or damaged.`);
    try {
      const plain = this.secrets.unprotect(
        Buffer.from(closed, 'base64'),
        entropyFor(purpose, entropy),
      );
      return Buffer.from(plain).toString('utf8');
    } catch (error) {
      throw new SecretUnreadable(reasonOf(error));
    }
  }

  private entropy(): Buffer | undefined {
    try {
      const bytes = readFileSync(join(this.directory, ENTROPY_FILE));
      return bytes.length === ENTROPY_LENGTH ? bytes : undefined;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** On disk before anything is sealed with it. What was sealed with a damaged one is lost anyway. */
  private newEntropy(): Buffer {
    const bytes = randomBytes(ENTROPY_LENGTH);
    const path = join(this.directory, ENTROPY_FILE);
    rmSync(path, { force: true });
    const file = openSync(path, 'wx', 0o600);
    try {
      writeSync(file, bytes);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    return bytes;
  }
}

export function isSealed(text: string): boolean {
  return SEALED.test(text);
}

function entropyFor(purpose: string, entropy: Uint8Array): Buffer {
  return createHmac('sha256', entropy).update(`FleetMend ${purpose}`).digest();
}
