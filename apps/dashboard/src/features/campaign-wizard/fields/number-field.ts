import { Component, computed, inject, input, output } from '@angular/core';
import { elementId } from '../../../design/control-problem';
import { PlanProblems } from '../plan-problems';
import { planFieldIds } from './plan-field-ids';
import { PlanFieldWords } from './plan-field-words';

/** A number of the plan with its unit. What is no number is told as `NaN`, which the contract refuses. */
@Component({
  selector: 'fm-number-field',
  imports: [PlanFieldWords],
  template: `
    <div class="fm-field">
      <label [for]="id">{{ label() }}</label>
      <div class="line">
        <input
          #box
          class="fm-input"
          type="number"
          inputmode="decimal"
          [id]="id"
          [attr.min]="min()"
          [attr.max]="max()"
          [attr.step]="step()"
          [value]="shown()"
          [attr.aria-invalid]="problem() === null ? null : 'true'"
          [attr.aria-describedby]="described()"
          (input)="changed.emit(box.valueAsNumber)"
          (blur)="problems.touch(path())"
        />
        @if (unit(); as word) {
          <span class="unit" [id]="id + '-unit'">{{ word }}</span>
        }
      </div>
      <fm-plan-field-words [path]="path()" [of]="id" [hint]="hint()" />
    </div>
  `,
  styles: `
    :host {
      display: block;
    }
    .line {
      display: flex;
      align-items: center;
      gap: var(--fm-space-1);
    }
    input {
      flex: none;
      width: 104px;
    }
    .unit {
      color: var(--fm-text-muted);
    }
  `,
})
export class NumberField {
  /** Where in the plan: `gate.soakHours`. */
  readonly path = input.required<string>();
  readonly label = input.required<string>();
  readonly value = input.required<number>();
  readonly unit = input<string | null>(null);
  readonly hint = input<string | null>(null);
  readonly min = input<number | null>(null);
  readonly max = input<number | null>(null);
  readonly step = input<number | 'any'>(1);
  readonly changed = output<number>();

  protected readonly problems = inject(PlanProblems);
  protected readonly id = elementId();
  protected readonly shown = computed(() => (Number.isNaN(this.value()) ? '' : this.value()));
  protected readonly problem = computed(() => this.problems.at(this.path()));
  protected readonly described = computed(() => {
    const unit = this.unit() === null ? [] : [`${this.id}-unit`];
    const others = planFieldIds(this.id, this.problem(), this.hint());
    return [...unit, ...(others === null ? [] : [others])].join(' ') || null;
  });
}
