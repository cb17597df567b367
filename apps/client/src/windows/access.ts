/** Who may do what with one file or folder, as far as Windows says it. */
export interface Access {
  readonly path: string;
  /** A junction or link: what it leads to may be changed by whoever owns it. */
  readonly isLink: boolean;
  /** SID. */
  readonly owner: string;
  /** Undefined: there is no list, and everybody may do everything. */
  readonly allowed: readonly AllowedAccess[] | undefined;
}

/** One entry of an access list that allows something. */
export interface AllowedAccess {
  /** SID. */
  readonly who: string;
  readonly mask: number;
  /** It counts for what is made below, not for the folder itself. */
  readonly inheritOnly: boolean;
}

/** Something that lets others than SYSTEM and the administrators change what the client trusts. */
export interface Weakness {
  readonly path: string;
  readonly kind: 'link' | 'owner' | 'writable' | 'readable';
  /** SID of whoever it is. */
  readonly who: string;
}

/** Folders that only SYSTEM and administrators may write to. */
export interface FolderProtection {
  /** How things stand with a file or folder; undefined when there is none. Throws `WindowsError`. */
  access(path: string): Promise<Access | undefined>;
  /**
   * Closes a folder and what inherits from it: SYSTEM and administrators own it and do as they like, all others at most
   * read. Throws `WindowsError`.
   */
  close(path: string, others: 'nothing' | 'read'): Promise<void>;
  /** Where the installed program and its addon stand. */
  readonly programFolder: string;
  /** The SID of whoever runs this program. */
  ourselves(): string;
}

const SYSTEM = 'S-1-5-18';
const ADMINISTRATORS = 'S-1-5-32-544';
const TRUSTED_INSTALLER = 'S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464';
/** Stand for whoever made or owns the thing: looked at as its owner. */
const OWNER_THEMSELVES: readonly string[] = ['S-1-3-0', 'S-1-3-4'];
const EVERYBODY = 'S-1-1-0';

/** Rights by which a file, or what is in a folder, is changed: generic ones, delete, owner and list, data, attributes. */
const CHANGES =
  0x10000000 | 0x40000000 | 0x10000 | 0x40000 | 0x80000 | 0x2 | 0x4 | 0x10 | 0x40 | 0x100;
/** Rights by which a folder on the way is replaced: all, delete it or its children, its list, its owner. */
const REPLACES = 0x10000000 | 0x10000 | 0x40000 | 0x80000 | 0x40;
/** Rights by which it is read: generic ones, data. */
const READS = 0x10000000 | 0x80000000 | 0x1;

/** `private`: nobody else may even read. `program`: others may read. `way`: a folder above, which they can't replace. */
export type Role = 'private' | 'program' | 'way';

/** What is wrong with it in that role. `ourselves` is trusted, too: whoever it is runs this program. */
export function weaknessesOf(access: Access, role: Role, ourselves: string): readonly Weakness[] {
  const { path, owner, isLink, allowed } = access;
  const trusted = [SYSTEM, ADMINISTRATORS, TRUSTED_INSTALLER, ...OWNER_THEMSELVES, ourselves];
  const isTrusted = trusted.includes(owner);
  if (!isTrusted) return [{ path, kind: isLink ? 'link' : 'owner', who: owner }];
  if (isLink && role !== 'way') return [{ path, kind: 'link', who: owner }];
  if (!allowed) return [{ path, kind: 'writable', who: EVERYBODY }];
  const others = allowed.filter(
    ({ who, inheritOnly }) => !trusted.includes(who) && !(inheritOnly && role === 'way'),
  );
  const writes = role === 'way' ? REPLACES : CHANGES;
  return others.flatMap(({ who, mask }): Weakness[] => {
    if ((mask & writes) !== 0) return [{ path, kind: 'writable', who }];
    if (role === 'private' && (mask & READS) !== 0) return [{ path, kind: 'readable', who }];
    return [];
  });
}

const ACE_ALLOWED: readonly number[] = [0x00, 0x05, 0x09, 0x0b];
const ACE_OBJECT: readonly number[] = [0x05, 0x0b];
const INHERIT_ONLY = 0x8;

/** The entries of an ACL that allow something. What is cut off or makes no sense allows everybody everything. */
export function readAcl(bytes: Buffer): readonly AllowedAccess[] {
  const found: AllowedAccess[] = [];
  try {
    let at = 8;
    for (let left = bytes.readUInt16LE(4); left > 0; left -= 1) {
      const [type, flags, size] = [
        bytes.readUInt8(at),
        bytes.readUInt8(at + 1),
        bytes.readUInt16LE(at + 2),
      ];
      if (size < 8) throw new RangeError('An entry has no size.');
      if (ACE_ALLOWED.includes(type)) {
        const sid =
          at + (ACE_OBJECT.includes(type) ? objectSidOffset(bytes.readUInt32LE(at + 8)) : 8);
        const inheritOnly = (flags & INHERIT_ONLY) !== 0;
        found.push({
          who: readSid(bytes.subarray(sid)),
          mask: bytes.readUInt32LE(at + 4),
          inheritOnly,
        });
      }
      at += size;
    }
    return found;
  } catch {
    return [...found, { who: EVERYBODY, mask: 0x10000000, inheritOnly: false }];
  }
}

/** Entries about kinds of objects name up to two of them before the SID. */
function objectSidOffset(present: number): number {
  return 12 + (present & 1 ? 16 : 0) + (present & 2 ? 16 : 0);
}

/** A SID as text: S-1-5-18. Throws when it is cut off. */
export function readSid(bytes: Buffer): string {
  const count = bytes.readUInt8(1);
  const parts = Array.from({ length: count }, (_, index) => bytes.readUInt32LE(8 + index * 4));
  return ['S', bytes.readUInt8(0), bytes.readUIntBE(2, 6), ...parts].join('-');
}
