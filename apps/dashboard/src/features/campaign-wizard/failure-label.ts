import type { Fingerprint } from '@fleetmend/dashboard-api';
import { phaseWord } from '../failures/failure-words';

/** A failure in few words: "0x80070002 in download, KB5034441". */
export function failureLabel({
  code,
  extendedCode,
  phase,
  update,
}: Pick<Fingerprint, 'code' | 'extendedCode' | 'phase' | 'update'>): string {
  const codes = extendedCode === null ? code : `${code} – ${extendedCode}`;
  const what = `${codes} in ${phaseWord(phase).toLowerCase()}`;
  return update === null ? what : `${what}, ${update}`;
}
