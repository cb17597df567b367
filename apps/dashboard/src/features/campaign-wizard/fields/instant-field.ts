import { Component, computed, inject, input, output } from '@angular/core';
import { elementId } from '../../../design/control-problem';
import { PlanProblems } from '../plan-problems';
import { fromLocalInput, toLocalInput } from './local-instant';
import { planFieldIds } from './plan-field-ids';
import { PlanFieldWords } from './plan-field-words';

/** A date and a time of the plan, in the browser's time zone. Nothing is told as an empty text, which is refused. */
@Component({
  selector: 'fm-instant-field',
  imports: [PlanFieldWords],
  template: `
    <div class="fm-field">
      <label [for]="id">{{ label() }}</label>
      <input
        #box
        class="fm-input"
        type="datetime-local"
        [id]="id"
        [value]="shown()"
        [attr.aria-invalid]="problem() === null ? null : 'true'"
        [attr.aria-describedby]="described()"
        (input)="changed.emit(instantOf(box.value))"
        (blur)="problems.touch(path())"
      />
      <fm-plan-field-words [path]="path()" [of]="id" [hint]="hint()" />
    </div>
  `,
  styles: `
    :host {
      display: block;
    }
    input {
      max-width: 232px;
    }
  `,
})
export class InstantField {
  readonly path = input.required<string>();
  readonly label = input.required<string>();
  /** ISO 8601; null or empty for none. */
  readonly value = input.required<string | null>();
  readonly hint = input<string | null>(null);
  readonly changed = output<string>();

  protected readonly problems = inject(PlanProblems);
  protected readonly id = elementId();
  protected readonly instantOf = fromLocalInput;
  protected readonly shown = computed(() => toLocalInput(this.value()));
  protected readonly problem = computed(() => this.problems.at(this.path()));
  protected readonly described = computed(() => planFieldIds(this.id, this.problem(), this.hint()));
}
