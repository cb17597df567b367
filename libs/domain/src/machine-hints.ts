/**
 * What hints at which computer this is. None of it proves anything, and all of it may be copied: who a machine is, its
 * key says.
 */
export interface MachineHints {
  /** The UUID that the board's firmware gives, as {@link uuidHint} writes it. */
  readonly smbiosUuid?: string | undefined;
  /** What Windows' set-up drew for this installation, as {@link guidHint} writes it. */
  readonly machineGuid?: string | undefined;
  readonly hostname: string;
}

/** Two values of a hint: a missing one can't be compared. */
export type HintComparison = 'same' | 'different' | 'unknown';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * UUIDs that firmware makers left in whole series of boards: fill-in values, in both byte orders. Those that repeat a
 * pattern are found by rule.
 */
const FILL_INS: ReadonlySet<string> = new Set([
  '03000200-0400-0500-0006-000700080009',
  '00020003-0004-0005-0006-000700080009',
  '00010203-0405-0607-0809-0a0b0c0d0e0f',
  '03020100-0504-0706-0809-0a0b0c0d0e0f',
  '01234567-89ab-cdef-0123-456789abcdef',
  '67452301-ab89-efcd-0123-456789abcdef',
  '12345678-1234-5678-90ab-cddeefaabbcc',
  '78563412-3412-7856-90ab-cddeefaabbcc',
  '12345678-1234-1234-1234-123456789abc',
  '10000000-0000-8000-0040-000000000000',
  '4c4c4544-0000-2010-8020-80c04f202020',
]);

/** Whether the 16 bytes are one pattern of 1, 2 or 4 bytes again and again: `00…`, `ff…`, `deadbeef…`. */
function repeats(uuid: string): boolean {
  const digits = uuid.replaceAll('-', '');
  return [2, 4, 8].some((length) => {
    const pattern = digits.slice(0, length);
    return digits === pattern.repeat(digits.length / length);
  });
}

function canonical(text: string | null | undefined): string {
  return (text ?? '')
    .trim()
    .replace(/^\{(.*)\}$/, '$1')
    .toLowerCase();
}

/** The SMBIOS UUID in lower case without braces; undefined when it is none, or one that many boards have. */
export function uuidHint(text: string | null | undefined): string | undefined {
  const uuid = canonical(text);
  return UUID.test(uuid) && !repeats(uuid) && !FILL_INS.has(uuid) ? uuid : undefined;
}

/** The MachineGuid in lower case without braces; undefined when there is none that says anything. */
export function guidHint(text: string | null | undefined): string | undefined {
  const guid = canonical(text);
  return guid === '' || (UUID.test(guid) && repeats(guid)) ? undefined : guid;
}

/** Hints as they came from somewhere else, with junk taken for absent. */
export function hintsOf(given: {
  readonly smbiosUuid?: string | null | undefined;
  readonly machineGuid?: string | null | undefined;
  readonly hostname: string;
}): MachineHints {
  return {
    smbiosUuid: uuidHint(given.smbiosUuid),
    machineGuid: guidHint(given.machineGuid),
    hostname: given.hostname,
  };
}

/** How two sets of hints compare, hint by hint. */
export function compareHints(
  a: MachineHints,
  b: MachineHints,
): {
  readonly uuid: HintComparison;
  readonly guid: HintComparison;
  readonly name: Exclude<HintComparison, 'unknown'>;
} {
  return {
    uuid: compared(uuidHint(a.smbiosUuid), uuidHint(b.smbiosUuid)),
    guid: compared(guidHint(a.machineGuid), guidHint(b.machineGuid)),
    name: a.hostname.toLowerCase() === b.hostname.toLowerCase() ? 'same' : 'different',
  };
}

function compared(a: string | undefined, b: string | undefined): HintComparison {
  if (a === undefined || b === undefined) return 'unknown';
  return a === b ? 'same' : 'different';
}

/**
 * Whether a key that was made where `recorded` was true is now used somewhere else: on another board, or in another
 * installation of Windows. A new name is no sign of that.
 */
export function isElsewhere(recorded: MachineHints, present: MachineHints): boolean {
  const { uuid, guid } = compareHints(recorded, present);
  return uuid === 'different' || guid === 'different';
}

const WEIGHT: Readonly<Record<HintComparison, number>> = { same: 1, unknown: 0, different: -1 };

/** How near `present` is to `recorded`: the board counts more than the installation, and that more than the name. */
export function nearness(recorded: MachineHints, present: MachineHints | undefined): number {
  if (!present) return 0;
  const { uuid, guid, name } = compareHints(recorded, present);
  return 4 * WEIGHT[uuid] + 2 * WEIGHT[guid] + WEIGHT[name];
}
