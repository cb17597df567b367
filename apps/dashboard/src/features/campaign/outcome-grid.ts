import type { OutcomeMatrix } from '@fleetmend/dashboard-api';
import { VERDICTS } from '@fleetmend/domain';

export type MatrixCell = OutcomeMatrix['cells'][number];

/** A code with its cells in the order of the columns; null where no machine ended so. */
export interface MatrixRow {
  readonly code: string | null;
  readonly symbol: string | null;
  readonly cells: readonly (MatrixCell | null)[];
}

/** The cells as a table: a row for each code, a column for each verdict that somebody has. */
export interface OutcomeGrid {
  readonly verdicts: readonly MatrixCell['verdict'][];
  readonly rows: readonly MatrixRow[];
  /** The largest number. */
  readonly most: number;
}

const ORDER: readonly MatrixCell['outcome'][] = ['success', 'open', 'soft', 'hard', 'left-out'];

/** Makes the table: good verdicts first, and the codes with most machines first. */
export function outcomeGrid({ cells }: OutcomeMatrix): OutcomeGrid {
  const rank = (verdict: MatrixCell['verdict']): number => {
    const outcomes = cells
      .filter((cell) => cell.verdict === verdict)
      .map(({ outcome }) => ORDER.indexOf(outcome));
    return Math.min(...outcomes) * VERDICTS.length + VERDICTS.indexOf(verdict);
  };
  const verdicts = [...new Set(cells.map(({ verdict }) => verdict))].sort(
    (a, b) => rank(a) - rank(b),
  );
  const codes = [...new Set(cells.map(({ code }) => code))];
  const total = (code: string | null): number =>
    cells.reduce((sum, cell) => sum + (cell.code === code ? cell.machines : 0), 0);
  const rows = codes
    .sort((a, b) => total(b) - total(a))
    .map((code) => ({
      code,
      symbol: cells.find((cell) => cell.code === code)?.symbol ?? null,
      cells: verdicts.map(
        (verdict) => cells.find((cell) => cell.verdict === verdict && cell.code === code) ?? null,
      ),
    }));
  return { verdicts, rows, most: Math.max(1, ...cells.map(({ machines }) => machines)) };
}

/** Whether machines that ended so can be tried again: everything but success, and machines that needed nothing. */
export function isRetriable({ outcome, verdict }: MatrixCell): boolean {
  return outcome !== 'success' && verdict !== 'recovered-untreated';
}

/** Whether machines that ended so have an error. */
export function isFailed({ outcome }: MatrixCell): boolean {
  return outcome === 'soft' || outcome === 'hard';
}
