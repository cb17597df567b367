import { DecimalPipe } from '@angular/common';
import { Component, computed, input } from '@angular/core';
import type { Release } from '@fleetmend/dashboard-api';
import { StatusChip } from '../../design/status-chip';
import { UPDATE_ORDER, updateWords } from './update-words';

/** How machines fare with a release: a bar in parts, and the same as words and numbers. */
@Component({
  selector: 'fm-rollout-bar',
  imports: [DecimalPipe, StatusChip],
  template: `
    <div class="bar" aria-hidden="true">
      @for (part of parts(); track part.state) {
        <span [attr.data-tone]="part.tone" [style.flex-grow]="part.count"></span>
      }
    </div>
    <ul aria-label="Machines by how they fare">
      @for (part of parts(); track part.state) {
        <li>
          <fm-status-chip [tone]="part.tone"
            ><span class="fm-numbers">{{ part.count | number }}</span>
            {{ part.word }}</fm-status-chip
          >
        </li>
      }
    </ul>
  `,
  styleUrl: '../remediations/outcome-bar.scss',
})
export class RolloutBar {
  readonly machines = input.required<Release['machines']>();

  protected readonly parts = computed(() =>
    UPDATE_ORDER.map((state) => ({
      state,
      count: this.machines()[state],
      ...updateWords[state],
    })).filter(({ count }) => count > 0),
  );
}
