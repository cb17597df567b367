import { type Secrets } from '../secrets';
import { type Bridge, type NativeFunction, type Pointer } from './bridge';

type Crypt = NativeFunction<[Buffer, null, Buffer, null, null, number, Buffer], number>;

const UI_FORBIDDEN = 0x1;
/** Any process of the machine may open it, if it knows the entropy: see docs/decisions on the machine's key. */
const LOCAL_MACHINE = 0x4;
/** DATA_BLOB on 64 bits: the length, padding, the pointer. */
const BLOB_SIZE = 16;

/** The Data Protection API of Windows. */
export class NativeSecrets implements Secrets {
  private readonly close: Crypt;
  private readonly open: Crypt;
  private readonly free: NativeFunction<[bigint], Pointer>;

  constructor(private readonly bridge: Bridge) {
    this.close = bridge.bind(
      'crypt32',
      'int CryptProtectData(void *plain, str16 description, void *entropy, void *reserved, void *prompt, uint32 flags, void *closed)',
    );
    this.open = bridge.bind(
      'crypt32',
      'int CryptUnprotectData(void *closed, void *description, void *entropy, void *reserved, void *prompt, uint32 flags, void *plain)',
    );
    this.free = bridge.bind('kernel32', 'void *LocalFree(void *memory)');
  }

  protect(plain: Uint8Array, entropy: Uint8Array): Uint8Array {
    return this.call('CryptProtectData', this.close, plain, entropy, UI_FORBIDDEN | LOCAL_MACHINE);
  }

  unprotect(closed: Uint8Array, entropy: Uint8Array): Uint8Array {
    return this.call('CryptUnprotectData', this.open, closed, entropy, UI_FORBIDDEN);
  }

  private call(
    name: string,
    crypt: Crypt,
    bytes: Uint8Array,
    entropy: Uint8Array,
    flags: number,
  ): Uint8Array {
    const [held, heldEntropy] = [Buffer.from(bytes), Buffer.from(entropy)];
    const answer = Buffer.alloc(BLOB_SIZE);
    this.bridge.clearError();
    const done = crypt(this.blob(held), null, this.blob(heldEntropy), null, null, flags, answer);
    if (done === 0) throw this.bridge.error(name);
    const pointer = answer.readBigUInt64LE(8);
    try {
      const theirs = Buffer.from(this.bridge.koffi.view(pointer, answer.readUInt32LE(0)));
      const ours = Buffer.from(theirs);
      theirs.fill(0);
      return ours;
    } finally {
      this.free(pointer);
      held.fill(0);
    }
  }

  private blob(held: Buffer): Buffer {
    const block = Buffer.alloc(BLOB_SIZE);
    block.writeUInt32LE(held.length, 0);
    block.writeBigUInt64LE(this.bridge.koffi.address(held), 8);
    return block;
  }
}
