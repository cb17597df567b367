import { Component, input } from '@angular/core';
import { type FormControl, ReactiveFormsModule } from '@angular/forms';
import { controlProblem, elementId } from '../../design/control-problem';

/** A date and a time, in the browser's time zone. */
@Component({
  selector: 'fm-instant-input',
  imports: [ReactiveFormsModule],
  template: `
    <div class="fm-field">
      <label [for]="id">{{ label() }}</label>
      <input
        class="fm-input"
        type="datetime-local"
        [id]="id"
        [formControl]="control()"
        [attr.aria-invalid]="problem() === null ? null : 'true'"
        [attr.aria-describedby]="id + '-hint'"
      />
      <p [id]="id + '-hint'" [class]="problem() === null ? 'fm-hint' : 'fm-problem'">
        {{ problem() ?? hint() }}
      </p>
    </div>
  `,
  styles: `
    :host {
      display: block;
    }
  `,
})
export class InstantInput {
  readonly control = input.required<FormControl<string>>();
  readonly label = input.required<string>();
  readonly hint = input('');
  protected readonly id = elementId();
  protected readonly problem = controlProblem(this.control);
}
