import { type FailureReport } from '@fleetmend/client-protocol';
import { isSummaryCode } from '@fleetmend/domain';
import { type Clue, type Observation } from './observation';

/** Records that a report may carry. */
const MOST_EVIDENCE = 5;

/** What a report says beside what the record itself does. */
export type Corroboration = Pick<FailureReport, 'evidence' | 'extendedCode' | 'phase'>;

/**
 * Puts together what is known of one failure: the record that tells of it, `witnesses` (other sources' records of the
 * same failure) and `clues` of servicing, the nearest first.
 *
 * A clue never changes the code: Windows Update's own is what administrators search for. Only behind a code that sums
 * up, servicing's code becomes the extended one, and a failure of unknown phase is known to be one of installing.
 */
export function corroborate(
  observation: Observation,
  witnesses: readonly Observation[],
  clues: readonly Clue[],
): Corroboration {
  const records = [observation, ...witnesses, ...clues];
  const sources = new Set<string>();
  const first = records.filter(({ source }) => !sources.has(source) && sources.add(source));
  const others = records.filter((record) => !first.includes(record));
  const evidence = [...first, ...others]
    .slice(0, MOST_EVIDENCE)
    .map(({ source, record }) => ({ source, record }));
  const { kb } = observation.update;
  const isInstalling = kb !== undefined && clues.some((clue) => clue.isVerdict && clue.kb === kb);
  return {
    evidence,
    extendedCode: extendedCodeOf(observation, witnesses, clues),
    phase: observation.phase === 'unknown' && isInstalling ? 'install' : observation.phase,
  };
}

function extendedCodeOf(
  observation: Observation,
  witnesses: readonly Observation[],
  clues: readonly Clue[],
): string | undefined {
  const { code } = observation;
  const all = [observation, ...witnesses];
  const ofSetup = all.find((one) => one.extendedCode !== undefined && one.code === code);
  if (ofSetup) return ofSetup.extendedCode;
  if (code === undefined || !isSummaryCode(code)) return undefined;
  return [
    ...witnesses.map((one) => one.code),
    ...clues.map((clue) => clue.code),
    ...all.map((one) => one.installerCode),
  ].find((other) => other !== undefined && other !== code && isReason(other));
}

/** A failed HRESULT that names a reason. */
function isReason(code: string): boolean {
  return /^0x[89A-F]/.test(code) && !isSummaryCode(code);
}
