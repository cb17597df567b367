import { Component, computed, inject, input, output } from '@angular/core';
import type { Amount } from '@fleetmend/domain';
import { elementId } from '../../../design/control-problem';
import { PlanProblems } from '../plan-problems';
import { planFieldIds } from './plan-field-ids';
import { PlanFieldWords } from './plan-field-words';

/** So many machines, or so many percent. */
@Component({
  selector: 'fm-amount-field',
  imports: [PlanFieldWords],
  template: `
    <div class="fm-field">
      <label [for]="id">{{ label() }}</label>
      <div class="line">
        <input
          #box
          class="fm-input number"
          type="number"
          inputmode="decimal"
          min="0"
          [attr.max]="isPercent() ? 100 : null"
          step="any"
          [id]="id"
          [value]="shown()"
          [attr.aria-invalid]="problem() === null ? null : 'true'"
          [attr.aria-describedby]="described()"
          (input)="tell(box.valueAsNumber, isPercent())"
          (blur)="problems.touch(path())"
        />
        <select
          #unit
          class="fm-input unit"
          [attr.aria-label]="'Unit of: ' + label()"
          (change)="tell(box.valueAsNumber, unit.value === 'percent')"
        >
          <option value="count" [selected]="!isPercent()">machines</option>
          <option value="percent" [selected]="isPercent()">percent</option>
        </select>
      </div>
      <fm-plan-field-words [path]="path()" [of]="id" [hint]="hint()" [within]="true" />
    </div>
  `,
  styles: `
    :host {
      display: block;
    }
    .line {
      display: flex;
      gap: var(--fm-space-half);
    }
    .number {
      flex: none;
      width: 104px;
    }
    .unit {
      flex: none;
      width: 124px;
    }
  `,
})
export class AmountField {
  readonly path = input.required<string>();
  readonly label = input.required<string>();
  readonly value = input.required<Amount>();
  readonly hint = input<string | null>(null);
  readonly changed = output<Amount>();

  protected readonly problems = inject(PlanProblems);
  protected readonly id = elementId();
  protected readonly isPercent = computed(() => 'percent' in this.value());
  protected readonly shown = computed(() => {
    const amount = this.value();
    const number = 'count' in amount ? amount.count : amount.percent;
    return Number.isNaN(number) ? '' : number;
  });
  protected readonly problem = computed(() => this.problems.at(this.path(), true));
  protected readonly described = computed(() => planFieldIds(this.id, this.problem(), this.hint()));

  protected tell(number: number, percent: boolean): void {
    this.changed.emit(percent ? { percent: number } : { count: number });
  }
}
