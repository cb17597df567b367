import { type Bridge, type NativeFunction, type Pointer } from './bridge';

const ALREADY_EXISTS = 183;
const ATTRIBUTE_DIRECTORY = 0x10;
const ATTRIBUTE_REPARSE_POINT = 0x400;
const DACL = 0x4;
const OWNER = 0x1;
const PROTECTED_DACL = 0x80000000;
const FILE_OBJECT = 1;
const CURRENT_PROCESS = 0xffffffffffffffffn;
const TOKEN_QUERY = 0x8;
const TOKEN_USER = 1;
/** Full control for SYSTEM and administrators, inherited by everything below; nothing comes from above. */
const PRIVATE = 'O:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)';
/** SYSTEM and the administrators. */
const ADMINISTRATORS: readonly string[] = ['S-1-5-18', 'S-1-5-32-544'];

/** Folders that only SYSTEM and administrators can open. */
export class PrivateFolders {
  private readonly toDescriptor: NativeFunction<[string, number, Buffer, null], number>;
  private readonly createDirectory: NativeFunction<[string, Buffer], number>;
  private readonly attributesOf: NativeFunction<[string], number>;
  private readonly getSecurity: NativeFunction<
    [string, number, number, Buffer, null, null, null, Buffer],
    number
  >;
  private readonly setSecurity: NativeFunction<
    [string, number, number, null, null, bigint, null],
    number
  >;
  private readonly getDacl: NativeFunction<[bigint, Buffer, Buffer, Buffer], number>;
  private readonly toText: NativeFunction<[bigint, Buffer], number>;
  private readonly openToken: NativeFunction<[bigint, number, Buffer], number>;
  private readonly tokenInformation: NativeFunction<
    [bigint, number, Buffer, number, Buffer],
    number
  >;
  private readonly closeHandle: NativeFunction<[bigint], number>;
  private readonly free: NativeFunction<[bigint], Pointer>;

  constructor(private readonly bridge: Bridge) {
    this.toDescriptor = bridge.bind(
      'advapi32',
      'int ConvertStringSecurityDescriptorToSecurityDescriptorW(str16 text, uint32 revision, void *descriptor, void *size)',
    );
    this.createDirectory = bridge.bind(
      'kernel32',
      'int CreateDirectoryW(str16 path, void *security)',
    );
    this.attributesOf = bridge.bind('kernel32', 'uint32 GetFileAttributesW(str16 path)');
    this.getSecurity = bridge.bind(
      'advapi32',
      'uint32 GetNamedSecurityInfoW(str16 name, int type, uint32 info, void *owner, void *group, void *dacl, void *sacl, void *descriptor)',
    );
    this.setSecurity = bridge.bind(
      'advapi32',
      'uint32 SetNamedSecurityInfoW(str16 name, int type, uint32 info, void *owner, void *group, void *dacl, void *sacl)',
    );
    this.getDacl = bridge.bind(
      'advapi32',
      'int GetSecurityDescriptorDacl(void *descriptor, void *present, void *dacl, void *defaulted)',
    );
    this.toText = bridge.bind('advapi32', 'int ConvertSidToStringSidW(void *sid, void *text)');
    this.openToken = bridge.bind(
      'advapi32',
      'int OpenProcessToken(uint64 process, uint32 access, void *token)',
    );
    this.tokenInformation = bridge.bind(
      'advapi32',
      'int GetTokenInformation(uint64 token, int kind, void *buffer, uint32 size, void *needed)',
    );
    this.closeHandle = bridge.bind('kernel32', 'int CloseHandle(uint64 handle)');
    this.free = bridge.bind('kernel32', 'void *LocalFree(void *memory)');
  }

  /** Makes the folder, or closes one that is there already. One that somebody else has made is refused. */
  make(path: string): void {
    const holder = Buffer.alloc(8);
    if (this.toDescriptor(PRIVATE, 1, holder, null) === 0) {
      throw this.bridge.error('ConvertStringSecurityDescriptorToSecurityDescriptor');
    }
    const descriptor = holder.readBigUInt64LE(0);
    try {
      const attributes = Buffer.alloc(24);
      attributes.writeUInt32LE(attributes.length, 0);
      attributes.writeBigUInt64LE(descriptor, 8);
      if (this.createDirectory(path, attributes) !== 0) return;
      const code = this.bridge.lastError();
      if (code !== ALREADY_EXISTS) throw this.bridge.error('CreateDirectory', code);
      // Owner and rights are asked of what a link leads to; whoever made the link may lead it elsewhere tomorrow.
      const attributesFound = this.attributesOf(path);
      if (attributesFound & ATTRIBUTE_REPARSE_POINT || !(attributesFound & ATTRIBUTE_DIRECTORY)) {
        throw new Error(`"${path}" is no ordinary folder: look at it, then remove it.`);
      }
      const owner = this.ownerOf(path);
      if (!ADMINISTRATORS.includes(owner) && owner !== this.ourselves()) {
        throw new Error(
          `"${path}" was made by ${owner}, not by an administrator: look at it, then remove it.`,
        );
      }
      this.close(path, descriptor);
    } finally {
      this.free(descriptor);
    }
  }

  private ownerOf(path: string): string {
    const [owner, descriptor] = [Buffer.alloc(8), Buffer.alloc(8)];
    const code = this.getSecurity(path, FILE_OBJECT, OWNER, owner, null, null, null, descriptor);
    if (code !== 0) throw this.bridge.error('GetNamedSecurityInfo', code);
    try {
      return this.sidAt(owner.readBigUInt64LE(0));
    } finally {
      this.free(descriptor.readBigUInt64LE(0));
    }
  }

  /** Who runs this program. */
  ourselves(): string {
    const token = Buffer.alloc(8);
    if (this.openToken(CURRENT_PROCESS, TOKEN_QUERY, token) === 0)
      throw this.bridge.error('OpenProcessToken');
    try {
      const user = Buffer.alloc(256);
      if (
        this.tokenInformation(
          token.readBigUInt64LE(0),
          TOKEN_USER,
          user,
          user.length,
          Buffer.alloc(4),
        ) === 0
      ) {
        throw this.bridge.error('GetTokenInformation');
      }
      return this.sidAt(user.readBigUInt64LE(0));
    } finally {
      this.closeHandle(token.readBigUInt64LE(0));
    }
  }

  private sidAt(pointer: bigint): string {
    const text = Buffer.alloc(8);
    if (this.toText(pointer, text) === 0) throw this.bridge.error('ConvertSidToStringSid');
    const sid = this.bridge.koffi.decode.string16(text.readBigUInt64LE(0));
    this.free(text.readBigUInt64LE(0));
    return sid;
  }

  private close(path: string, descriptor: bigint): void {
    const dacl = Buffer.alloc(8);
    if (this.getDacl(descriptor, Buffer.alloc(4), dacl, Buffer.alloc(4)) === 0) {
      throw this.bridge.error('GetSecurityDescriptorDacl');
    }
    const info = (DACL | PROTECTED_DACL) >>> 0;
    const code = this.setSecurity(
      path,
      FILE_OBJECT,
      info,
      null,
      null,
      dacl.readBigUInt64LE(0),
      null,
    );
    if (code !== 0) throw this.bridge.error('SetNamedSecurityInfo', code);
  }
}
