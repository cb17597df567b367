import { verdictWords } from '../run/run-words';

/** Some cells of an outcome matrix in words: "Step failed with 0x80070005, Lost without a code". */
export function outcomeListWords(
  outcomes: readonly { readonly verdict: string; readonly code: string | null }[],
): string {
  return outcomes
    .map(({ verdict, code }) => {
      const { label } = verdictWords(verdict);
      return code === null ? `${label} without a code` : `${label} with ${code}`;
    })
    .join(', ');
}
