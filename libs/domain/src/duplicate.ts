import { type LifeCycle, lifeCycle } from './life-cycle';
import { compareHints, type MachineHints } from './machine-hints';

/**
 * What two machines may be to each other. `re-image`: Windows was installed anew on the same board. `renamed`: the same
 * installation under another name. `re-enrolled`: the same in everything, with another key. `moved`: the same
 * installation on another board. `clone`: two computers, one of which was made from the other or from the same image.
 */
export const DUPLICATE_KINDS = ['re-image', 'renamed', 're-enrolled', 'moved', 'clone'] as const;
export type DuplicateKind = (typeof DUPLICATE_KINDS)[number];

/** What two machines have in common. `key`: one enrolled with the copied key of the other. */
export const DUPLICATE_EVIDENCE = ['smbios-uuid', 'machine-guid', 'hostname', 'key'] as const;
export type DuplicateEvidence = (typeof DUPLICATE_EVIDENCE)[number];

/** A machine as it is compared. */
export interface ComparedMachine {
  readonly hints: MachineHints;
  readonly enrolledAt: Date;
  readonly online: boolean;
  /** The last sign of life; null when there was none. */
  readonly lastSeenAt: Date | null;
}

/** What two machines may be to each other, and why. */
export interface Likeness {
  readonly kind: DuplicateKind;
  readonly evidence: readonly DuplicateEvidence[];
}

/**
 * How a pair of possible duplicates stands. What was dismissed opens again only on evidence that wasn't known then.
 */
export const DUPLICATE_STATES = ['open', 'merged', 'dismissed'] as const;
export type DuplicateState = (typeof DUPLICATE_STATES)[number];
export const duplicateLifeCycle: LifeCycle<DuplicateState> = lifeCycle({
  start: 'open',
  moves: { open: ['merged', 'dismissed'], dismissed: ['open'], merged: [] },
});

/** The old identity may still be connected for so long after the new one was made, in ms: a service takes a moment. */
export const FAREWELL_MS = 10 * 60_000;

/**
 * So many machines with the same hint, and it says nothing any more: they come from one template, or their firmware
 * gives the same UUID to all. That is said once instead of pair by pair.
 */
export const SHARED_HINT_LIMIT = 5;

/** Whether `older` lived on beside `newer`. `undecided`: too early to say. */
export function livedOn(
  older: ComparedMachine,
  newer: ComparedMachine,
  now: Date,
): 'yes' | 'no' | 'undecided' {
  const lastSign = older.online ? now : older.lastSeenAt;
  const limit = newer.enrolledAt.getTime() + FAREWELL_MS;
  if (lastSign !== null && lastSign.getTime() > limit) return 'yes';
  return older.online ? 'undecided' : 'no';
}

type Sign = 'same' | 'different' | 'unknown';
interface Rule {
  readonly uuid: readonly Sign[];
  readonly guid: readonly Sign[];
  readonly name: readonly Sign[];
  /** While the older one is silent, and while both live. Nothing: no duplicates. */
  readonly silent: DuplicateKind | undefined;
  readonly beside: DuplicateKind | undefined;
}
const ANY: readonly Sign[] = ['same', 'different', 'unknown'];

/** The first rule that fits decides. */
const RULES: readonly Rule[] = [
  rule(['different'], ['same'], ['same'], 'moved', 'clone'),
  rule(['different'], ['same'], ANY, 'clone', 'clone'),
  rule(['different'], ANY, ANY, undefined, undefined),
  rule(ANY, ['same'], ['same'], 're-enrolled', 'clone'),
  rule(['same'], ['same'], ANY, 'renamed', 'clone'),
  // Nothing tells a renamed computer from a clone that was named anew.
  rule(['unknown'], ['same'], ANY, 'clone', 'clone'),
  rule(['same'], ANY, ANY, 're-image', 'clone'),
  // Two computers may have one name at the same time: that is somebody else's matter.
  rule(['unknown'], ANY, ['same'], 're-image', undefined),
];

function rule(
  uuid: readonly Sign[],
  guid: readonly Sign[],
  name: readonly Sign[],
  silent: Rule['silent'],
  beside: Rule['beside'],
): Rule {
  return { uuid, guid, name, silent, beside };
}

/**
 * What two machines may be to each other at the moment `now`; undefined when nothing speaks for it. `undecided`: the
 * older one is still connected, so shortly after the enrolment of the newer one. `copiedKey`: one of them enrolled with
 * the key of the other.
 */
export function likenessOf(
  one: ComparedMachine,
  another: ComparedMachine,
  now: Date,
  copiedKey = false,
): Likeness | 'undecided' | undefined {
  const [older, newer] = one.enrolledAt <= another.enrolledAt ? [one, another] : [another, one];
  const signs = compareHints(older.hints, newer.hints);
  const found = RULES.find(
    ({ uuid, guid, name }) =>
      uuid.includes(signs.uuid) && guid.includes(signs.guid) && name.includes(signs.name),
  );
  // Who enrolled with a copied key has its own from then on: whoever uses the copied one now is somebody else.
  const beside = copiedKey && older.online ? 'yes' : livedOn(older, newer, now);
  const fallback = copiedKey ? 'clone' : undefined;
  const kinds = { silent: found?.silent ?? fallback, beside: found?.beside ?? fallback };
  if (beside === 'undecided' && kinds.silent !== kinds.beside) return 'undecided';
  const kind = beside === 'yes' ? kinds.beside : kinds.silent;
  if (kind === undefined) return undefined;
  const evidence: DuplicateEvidence[] = [];
  if (signs.uuid === 'same') evidence.push('smbios-uuid');
  if (signs.guid === 'same') evidence.push('machine-guid');
  if (signs.name === 'same') evidence.push('hostname');
  if (copiedKey) evidence.push('key');
  return { kind, evidence };
}
