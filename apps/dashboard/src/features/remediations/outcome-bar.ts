import { DecimalPipe } from '@angular/common';
import { Component, computed, input } from '@angular/core';
import { StatusChip } from '../../design/status-chip';
import { type OutcomePart, outcomeOf } from './outcome';

/** How far a remediation is and what came of it: a bar in parts, and the same as words and numbers. */
@Component({
  selector: 'fm-outcome-bar',
  imports: [DecimalPipe, StatusChip],
  template: `
    <div class="bar" aria-hidden="true">
      @for (part of parts(); track part.name) {
        <span
          [attr.data-tone]="part.tone"
          [style.flex-grow]="part.count"
          [title]="part.label + ': ' + part.count"
        ></span>
      }
    </div>
    @if (legend()) {
      <ul aria-label="Machines by result">
        @for (part of parts(); track part.name) {
          <li>
            <fm-status-chip [tone]="part.tone"
              ><span class="fm-numbers">{{ part.count | number }}</span>
              {{ part.label }}</fm-status-chip
            >
          </li>
        }
      </ul>
    } @else {
      <span class="fm-visually-hidden">{{ spoken() }}</span>
    }
  `,
  styleUrl: './outcome-bar.scss',
})
export class OutcomeBar {
  readonly states = input.required<Readonly<Record<string, number>>>();
  readonly verdicts = input.required<Readonly<Record<string, number>>>();
  /** Whether the words stand below the bar, or are there for screen readers only. */
  readonly legend = input(true);

  protected readonly parts = computed((): readonly OutcomePart[] =>
    outcomeOf({ states: this.states(), verdicts: this.verdicts() }),
  );
  protected readonly spoken = computed(() =>
    this.parts()
      .map(({ label, count }) => `${count} ${label}`)
      .join(', '),
  );
}
