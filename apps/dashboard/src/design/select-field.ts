import { Component, input } from '@angular/core';
import { type FormControl, ReactiveFormsModule } from '@angular/forms';
import { controlProblem, elementId } from './control-problem';

export interface Choice {
  readonly value: string;
  readonly name: string;
}

/** One of a few, with its label and a hint. */
@Component({
  selector: 'fm-select-field',
  imports: [ReactiveFormsModule],
  template: `
    <div class="fm-field">
      <label [for]="id">{{ label() }}</label>
      <select
        class="fm-input"
        [id]="id"
        [formControl]="control()"
        [attr.aria-describedby]="hint() === null && problem() === null ? null : id + '-hint'"
        [attr.aria-invalid]="problem() === null ? null : 'true'"
      >
        @for (choice of choices(); track choice.value) {
          <option [value]="choice.value">{{ choice.name }}</option>
        }
      </select>
      @if (problem() ?? hint(); as text) {
        <p [id]="id + '-hint'" [class]="problem() === null ? 'fm-hint' : 'fm-problem'">
          {{ text }}
        </p>
      }
    </div>
  `,
  styles: `
    :host {
      display: block;
    }
  `,
})
export class SelectField {
  readonly control = input.required<FormControl<string>>();
  readonly label = input.required<string>();
  readonly choices = input.required<readonly Choice[]>();
  readonly hint = input<string | null>(null);
  protected readonly id = elementId();
  protected readonly problem = controlProblem(this.control);
}
