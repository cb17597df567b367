import { type Access, type FolderProtection, readAcl, readSid } from '../access';
import { programFolder } from './addon';
import { type Bridge, type NativeFunction, type Pointer } from './bridge';
import { PrivateFolders } from './private-folders';

const INVALID_ATTRIBUTES = 0xffffffff;
const ATTRIBUTE_REPARSE_POINT = 0x400;
const NOT_THERE: readonly number[] = [2, 3];
const INVALID_OWNER = 1307;
const PRIVILEGE_NOT_HELD = 1314;
const FILE_OBJECT = 1;
const OWNER = 0x1;
const DACL = 0x4;
const PROTECTED_DACL = 0x80000000;
/** Full control for SYSTEM and administrators, inherited by everything below; nothing comes from above. */
const NOBODY_ELSE = 'O:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)';
/** The same, and users may read and start what is there. */
const OTHERS_READ = `${NOBODY_ELSE}(A;OICI;0x1200a9;;;BU)`;

export function nativeProtection(bridge: Bridge): FolderProtection {
  return new NativeProtection(bridge, () => new PrivateFolders(bridge).ourselves());
}

/** Owners and access lists through advapi32. */
class NativeProtection implements FolderProtection {
  readonly programFolder = programFolder();
  private readonly attributesOf: NativeFunction<[string], number>;
  private readonly getSecurity: NativeFunction<
    [string, number, number, Buffer, null, Buffer, null, Buffer],
    number
  >;
  private readonly setSecurity: NativeFunction<
    [string, number, number, bigint | null, null, bigint, null],
    number
  >;
  private readonly toDescriptor: NativeFunction<[string, number, Buffer, null], number>;
  private readonly daclOf: NativeFunction<[bigint, Buffer, Buffer, Buffer], number>;
  private readonly ownerOf: NativeFunction<[bigint, Buffer, Buffer], number>;
  private readonly sidLength: NativeFunction<[bigint], number>;
  private readonly free: NativeFunction<[bigint], Pointer>;

  constructor(
    private readonly bridge: Bridge,
    readonly ourselves: () => string,
  ) {
    this.attributesOf = bridge.bind('kernel32', 'uint32 GetFileAttributesW(str16 path)');
    this.getSecurity = bridge.bind(
      'advapi32',
      'uint32 GetNamedSecurityInfoW(str16 name, int type, uint32 info, void *owner, void *group, void *dacl, void *sacl, void *descriptor)',
    );
    this.setSecurity = bridge.bind(
      'advapi32',
      'uint32 SetNamedSecurityInfoW(str16 name, int type, uint32 info, void *owner, void *group, void *dacl, void *sacl)',
    );
    this.toDescriptor = bridge.bind(
      'advapi32',
      'int ConvertStringSecurityDescriptorToSecurityDescriptorW(str16 text, uint32 revision, void *descriptor, void *size)',
    );
    this.daclOf = bridge.bind(
      'advapi32',
      'int GetSecurityDescriptorDacl(void *descriptor, void *present, void *dacl, void *defaulted)',
    );
    this.ownerOf = bridge.bind(
      'advapi32',
      'int GetSecurityDescriptorOwner(void *descriptor, void *owner, void *defaulted)',
    );
    this.sidLength = bridge.bind('advapi32', 'uint32 GetLengthSid(void *sid)');
    this.free = bridge.bind('kernel32', 'void *LocalFree(void *memory)');
  }

  access(path: string): Promise<Access | undefined> {
    return Promise.resolve().then(() => {
      const attributes = this.attributesOf(path);
      if (attributes === INVALID_ATTRIBUTES) {
        const code = this.bridge.lastError();
        if (NOT_THERE.includes(code)) return undefined;
        throw this.bridge.error('GetFileAttributes', code);
      }
      return this.securityOf(path, (attributes & ATTRIBUTE_REPARSE_POINT) !== 0);
    });
  }

  close(path: string, others: 'nothing' | 'read'): Promise<void> {
    return Promise.resolve().then(() => {
      const holder = Buffer.alloc(8);
      const text = others === 'nothing' ? NOBODY_ELSE : OTHERS_READ;
      if (this.toDescriptor(text, 1, holder, null) === 0)
        throw this.bridge.error('ConvertStringSecurityDescriptorToSecurityDescriptor');
      const descriptor = holder.readBigUInt64LE(0);
      try {
        this.apply(path, descriptor);
      } finally {
        this.free(descriptor);
      }
    });
  }

  private securityOf(path: string, isLink: boolean): Access {
    const [owner, dacl, descriptor] = [Buffer.alloc(8), Buffer.alloc(8), Buffer.alloc(8)];
    const info = OWNER | DACL;
    const code = this.getSecurity(path, FILE_OBJECT, info, owner, null, dacl, null, descriptor);
    if (code !== 0) throw this.bridge.error('GetNamedSecurityInfo', code);
    try {
      const list = dacl.readBigUInt64LE(0);
      return {
        path,
        isLink,
        owner: this.sidAt(owner.readBigUInt64LE(0)),
        allowed: list === 0n ? undefined : readAcl(this.aclAt(list)),
      };
    } finally {
      this.free(descriptor.readBigUInt64LE(0));
    }
  }

  private apply(path: string, descriptor: bigint): void {
    const [owner, dacl] = [Buffer.alloc(8), Buffer.alloc(8)];
    if (this.daclOf(descriptor, Buffer.alloc(4), dacl, Buffer.alloc(4)) === 0)
      throw this.bridge.error('GetSecurityDescriptorDacl');
    if (this.ownerOf(descriptor, owner, Buffer.alloc(4)) === 0)
      throw this.bridge.error('GetSecurityDescriptorOwner');
    const set = (info: number, newOwner: bigint | null) =>
      this.setSecurity(
        path,
        FILE_OBJECT,
        info >>> 0,
        newOwner,
        null,
        dacl.readBigUInt64LE(0),
        null,
      );
    let code = set(OWNER | DACL | PROTECTED_DACL, owner.readBigUInt64LE(0));
    // Not everybody may give things away; the list counts more than the owner, who is looked at afterwards.
    if (code === INVALID_OWNER || code === PRIVILEGE_NOT_HELD)
      code = set(DACL | PROTECTED_DACL, null);
    if (code !== 0) throw this.bridge.error('SetNamedSecurityInfo', code);
  }

  private sidAt(pointer: bigint): string {
    return readSid(this.bytesAt(pointer, this.sidLength(pointer)));
  }

  private aclAt(pointer: bigint): Buffer {
    return this.bytesAt(pointer, this.bytesAt(pointer, 4).readUInt16LE(2));
  }

  private bytesAt(pointer: bigint, length: number): Buffer {
    return Buffer.from(Buffer.from(this.bridge.koffi.view(pointer, length)));
  }
}
