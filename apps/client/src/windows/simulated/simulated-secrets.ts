import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { type Secrets } from '../secrets';
import { WindowsError } from '../windows';

const INVALID_DATA = 13;
const NONCE_LENGTH = 12;
const TAG_LENGTH = 16;

/** Refuses what DPAPI refuses: what another machine closed, other entropy, changed bytes. */
export class SimulatedSecrets implements Secrets {
  /** Stands for the machine's own key. Specs move a state to another machine by changing it. */
  machine = 'SIMULATED-01';

  protect(plain: Uint8Array, entropy: Uint8Array): Uint8Array {
    const nonce = randomBytes(NONCE_LENGTH);
    const cipher = createCipheriv('aes-256-gcm', this.keyOf(entropy), nonce);
    const closed = Buffer.concat([cipher.update(plain), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), closed]);
  }

  unprotect(closed: Uint8Array, entropy: Uint8Array): Uint8Array {
    try {
      const nonce = closed.subarray(0, NONCE_LENGTH);
      const decipher = createDecipheriv('aes-256-gcm', this.keyOf(entropy), nonce);
      decipher.setAuthTag(closed.subarray(NONCE_LENGTH, NONCE_LENGTH + TAG_LENGTH));
      const rest = closed.subarray(NONCE_LENGTH + TAG_LENGTH);
      return Buffer.concat([decipher.update(rest), decipher.final()]);
    } catch {
      throw new WindowsError(
        'CryptUnprotectData',
        INVALID_DATA,
        'CryptUnprotectData failed: The data is invalid (13)',
      );
    }
  }

  private keyOf(entropy: Uint8Array): Buffer {
    return createHash('sha256').update(this.machine).update(entropy).digest();
  }
}
