import { type Bridge, type NativeFunction } from './bridge';

const CURRENT_PROCESS = 0xffffffffffffffffn;
const TOKEN_ADJUST_PRIVILEGES = 0x20;
const TOKEN_QUERY = 0x8;
const ENABLED = 0x2;
/** TOKEN_PRIVILEGES with one entry: the count, the LUID, the attributes. */
const ONE_PRIVILEGE_SIZE = 16;
const NOT_ALL_ASSIGNED = 1300;

/** Rights that an account may have and that a process has to take up before it uses them. */
export type PrivilegeName = 'SeShutdownPrivilege' | 'SeSystemtimePrivilege';

/** The privileges of this process. */
export class Privileges {
  private readonly openToken: NativeFunction<[bigint, number, Buffer], number>;
  private readonly lookUp: NativeFunction<[null, string, Buffer], number>;
  private readonly adjust: NativeFunction<[bigint, number, Buffer, number, null, null], number>;
  private readonly close: NativeFunction<[bigint], number>;

  constructor(private readonly bridge: Bridge) {
    this.openToken = bridge.bind(
      'advapi32',
      'int OpenProcessToken(uint64 process, uint32 access, void *token)',
    );
    this.lookUp = bridge.bind(
      'advapi32',
      'int LookupPrivilegeValueW(str16 system, str16 name, void *luid)',
    );
    this.adjust = bridge.bind(
      'advapi32',
      'int AdjustTokenPrivileges(uint64 token, int disableAll, void *wanted, uint32 size, void *previous, void *needed)',
    );
    this.close = bridge.bind('kernel32', 'int CloseHandle(uint64 handle)');
  }

  /** Takes a privilege up. Throws {@link WindowsError}; 1300 when the account doesn't have it. */
  enable(name: PrivilegeName): void {
    const holder = Buffer.alloc(8);
    const access = TOKEN_ADJUST_PRIVILEGES | TOKEN_QUERY;
    if (this.openToken(CURRENT_PROCESS, access, holder) === 0)
      throw this.bridge.error('OpenProcessToken');
    const token = holder.readBigUInt64LE(0);
    try {
      const wanted = Buffer.alloc(ONE_PRIVILEGE_SIZE);
      wanted.writeUInt32LE(1, 0);
      if (this.lookUp(null, name, wanted.subarray(4, 12)) === 0)
        throw this.bridge.error('LookupPrivilegeValue');
      wanted.writeUInt32LE(ENABLED, 12);
      this.bridge.clearError();
      const done = this.adjust(token, 0, wanted, wanted.length, null, null);
      const code = this.bridge.lastError();
      // It says that it worked, too, when the account has no such right.
      if (done === 0 || code === NOT_ALL_ASSIGNED)
        throw this.bridge.error(`AdjustTokenPrivileges (${name})`, code);
    } finally {
      this.close(token);
    }
  }
}
