import { Component, computed, input, linkedSignal, output } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import type { OutcomeMatrix as Matrix, RetryFailed } from '@fleetmend/dashboard-api';
import { mdiGridLarge } from '@mdi/js';
import { EmptyState } from '../../design/empty-state';
import { OUTCOME_WORDS } from '../campaigns/campaign-words';
import { verdictWords } from '../run/run-words';
import { countedWords, machineWords, numberWords } from './count-words';
import { type MatrixCell, isRetriable, outcomeGrid } from './outcome-grid';

/** What machines came to, verdict by code. Cells can be chosen: to look at their machines, or to try those again. */
@Component({
  selector: 'fm-outcome-matrix',
  imports: [EmptyState, MatButton, RouterLink],
  templateUrl: './outcome-matrix.html',
  styleUrl: './outcome-matrix.scss',
})
export class OutcomeMatrix {
  readonly matrix = input.required<Matrix>();
  /** Whether the failed ones can be tried again now. */
  readonly retriable = input(false);
  readonly retry = output<RetryOutcomes>();

  /** The chosen cells, by their names; those that are gone are forgotten. */
  readonly #chosen = linkedSignal<Matrix, ReadonlySet<string>>({
    source: this.matrix,
    computation: ({ cells }, previous) =>
      new Set(cells.map(nameOf).filter((name) => previous?.value.has(name) === true)),
  });
  protected readonly grid = computed(() => outcomeGrid(this.matrix()));
  protected readonly cells = computed(() =>
    this.matrix().cells.filter((cell) => this.#chosen().has(nameOf(cell))),
  );
  protected readonly again = computed(() => this.cells().filter(isRetriable));
  protected readonly againCount = computed(() => sum(this.again()));
  protected readonly chosenWords = computed(
    () =>
      `${machineWords(sum(this.cells()))} in ${countedWords(this.cells().length, 'cell', 'cells')}`,
  );

  protected readonly verdictLabel = (verdict: string): string => verdictWords(verdict).label;
  protected readonly outcomes = OUTCOME_WORDS;
  protected readonly numberWords = numberWords;
  protected readonly icon = mdiGridLarge;

  protected isChosen(cell: MatrixCell): boolean {
    return this.#chosen().has(nameOf(cell));
  }

  protected toggle(cell: MatrixCell): void {
    this.#chosen.update((chosen) => {
      const next = new Set(chosen);
      if (!next.delete(nameOf(cell))) next.add(nameOf(cell));
      return next;
    });
  }

  protected clear(): void {
    this.#chosen.set(new Set());
  }

  /** How strong a cell is coloured, 0 to 1. */
  protected heat({ machines }: MatrixCell): number {
    return 0.25 + 0.75 * Math.sqrt(machines / this.grid().most);
  }

  /** What a screen reader hears of a cell. */
  protected spoken(cell: MatrixCell): string {
    const code = cell.code ?? 'no code';
    const outcome = OUTCOME_WORDS[cell.outcome].label;
    return `${verdictWords(cell.verdict).label}, ${code}: ${machineWords(cell.machines)}, ${outcome.toLowerCase()}`;
  }

  protected retryChosen(): void {
    const outcomes = this.again().map(({ verdict, code }) => ({ verdict, code }));
    if (outcomes.length > 0) this.retry.emit({ outcomes, machines: this.againCount() });
  }
}

/** Which of the failed are to be tried again, and how many machines that are. */
export interface RetryOutcomes {
  readonly outcomes: NonNullable<RetryFailed['outcomes']>;
  readonly machines: number;
}

function nameOf({ verdict, code }: MatrixCell): string {
  return `${verdict} ${code ?? ''}`;
}

function sum(cells: readonly MatrixCell[]): number {
  return cells.reduce((total, { machines }) => total + machines, 0);
}
