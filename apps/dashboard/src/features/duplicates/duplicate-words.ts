import { type PossibleDuplicate } from '@fleetmend/dashboard-api';
import { type DuplicateEvidence, type DuplicateKind } from '@fleetmend/domain';

interface KindWords {
  /** On a chip. */
  readonly word: string;
  /** What it most likely is, and what to do. */
  readonly text: string;
}

export const kindWords: Readonly<Record<DuplicateKind, KindWords>> = {
  're-image': {
    word: 'Re-imaged',
    text: 'Windows was probably installed anew on the same computer. Merge them, and the new machine takes over the history.',
  },
  renamed: {
    word: 'Renamed',
    text: 'The same computer, enrolled again under another name. Merge them, and it has its history back.',
  },
  're-enrolled': {
    word: 'Enrolled twice',
    text: 'The same computer in everything, enrolled with another key. Merge them, and it has its history back.',
  },
  moved: {
    word: 'Other hardware',
    text: 'The same Windows on another board: the board was replaced, the disk was moved, or it is a copy whose original is off. Merge them only if the older one will not come back.',
  },
  clone: {
    word: 'Clone',
    text: 'Two computers made from one: from the same image, or one from the other. If both are in use, dismiss this, and prepare the image before it is copied again.',
  },
};

export const evidenceWords: Readonly<Record<DuplicateEvidence, string>> = {
  'smbios-uuid': 'the same hardware UUID',
  'machine-guid': 'the same MachineGuid',
  hostname: 'the same name',
  key: 'the key of the other one',
};

/** "the same hardware UUID and the same name" */
export function evidenceSentence({ evidence }: Pick<PossibleDuplicate, 'evidence'>): string {
  const words = evidence.map((each) => evidenceWords[each]);
  const last = words.pop() ?? '';
  return words.length === 0 ? last : `${words.join(', ')} and ${last}`;
}

/** What a shared value is called where it is explained. */
export const sharedWords: Readonly<Record<DuplicateEvidence, string>> = {
  'smbios-uuid': 'hardware UUID',
  'machine-guid': 'MachineGuid',
  hostname: 'name',
  key: 'key',
};
