import type { Failure, Phase, UpdateIdentity, UpdateSource } from './failure';
import { osFamilyOf } from './os-family';

/** What makes failures "the same". */
export interface Fingerprint {
  /** Identifies it: equal keys, same fingerprint. Stable between versions, since databases keep it. */
  readonly key: string;
  readonly code: string;
  readonly extendedCode?: string;
  readonly phase: Phase;
  /** The update by KB, else by id. `key` is `-` where the failure has no update, as a failed scan. */
  readonly update: { readonly key: string; readonly label: string };
  readonly updateSource: UpdateSource;
  readonly osFamily: string;
}

/** The part of a failure that its fingerprint is made of. */
export type FingerprintedFailure = Pick<
  Failure,
  'code' | 'extendedCode' | 'phase' | 'update' | 'updateSource'
>;

/** The fingerprint of a failure on a machine with this OS build. */
export function fingerprintOf(failure: FingerprintedFailure, osBuild: number): Fingerprint {
  const { code, extendedCode, phase, updateSource } = failure;
  const update = updateOf(failure.update);
  const osFamily = osFamilyOf(osBuild);
  const key = [code, extendedCode ?? '-', phase, update.key, updateSource, osFamily]
    .map(escapeSeparator)
    .join('|');
  return {
    key,
    code,
    ...(extendedCode === undefined ? {} : { extendedCode }),
    phase,
    update,
    updateSource,
    osFamily,
  };
}

function updateOf(update: UpdateIdentity): Fingerprint['update'] {
  if (update.kb !== undefined) return { key: `kb:${update.kb.toUpperCase()}`, label: update.kb };
  if (update.id !== undefined) {
    return { key: `id:${update.id.toLowerCase()}`, label: update.title ?? update.id };
  }
  return { key: '-', label: 'no update' };
}

/** Keeps the key unambiguous whatever its parts hold. */
function escapeSeparator(part: string): string {
  return part.replace(/[\\|]/g, (character) => `\\${character}`);
}
