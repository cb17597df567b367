import { type Observation } from './observation';
import { setupObservation, setupResultIn, setupResultOf, setupTime } from './setup-result';

const LINE = /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d), (\w+)\s+(.*)$/;
/** Result and extend code, as set-up writes them when it gives up. */
const TWO_PARTS = /\b0x[8c][0-9a-f]{7}\s*[-–]\s*0x0{0,3}[0-9a-f]{5}\b/i;
/** The outermost function of set-up: its result is that of the whole attempt. */
const OUTCOME = /\bC?SetupHost::Execute\(\d+\): Result = (0x[0-9a-f]{8})\b/i;

/**
 * Reads a line of setupact.log or setuperr.log. These name hundreds of codes in every attempt, also one that goes well;
 * only two say how it ended.
 */
export function setupObservationOf(line: string): Observation | undefined {
  if (!line.includes('0x') && !line.includes('0X')) return undefined;
  const [, time, , text = ''] = LINE.exec(line) ?? [];
  const at = setupTime(time);
  if (!at) return undefined;
  const outcome = OUTCOME.exec(text)?.[1];
  const result =
    outcome === undefined
      ? TWO_PARTS.test(text)
        ? setupResultIn(text)
        : undefined
      : setupResultOf(outcome, undefined, false);
  return result && setupObservation(result, at, line);
}
