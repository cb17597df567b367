import { Component, input } from '@angular/core';
import { type FormControl, ReactiveFormsModule } from '@angular/forms';
import { controlProblem, elementId } from '../../design/control-problem';

/** Why something is decided, for the audit log. */
@Component({
  selector: 'fm-reason-field',
  imports: [ReactiveFormsModule],
  template: `
    <div class="fm-field">
      <label [for]="id">{{ optional() ? 'Reason (optional)' : 'Reason' }}</label>
      <textarea
        class="fm-input"
        rows="3"
        maxlength="500"
        [id]="id"
        [formControl]="control()"
        [attr.aria-required]="optional() ? null : 'true'"
        [attr.aria-invalid]="problem() === null ? null : 'true'"
        [attr.aria-describedby]="id + '-hint'"
      ></textarea>
      <p [id]="id + '-hint'" [class]="problem() === null ? 'fm-hint' : 'fm-problem'">
        {{ problem() ?? 'The audit log keeps it.' }}
      </p>
    </div>
  `,
  styles: `
    :host {
      display: block;
    }
  `,
})
export class ReasonField {
  readonly control = input.required<FormControl<string>>();
  readonly optional = input(false);
  protected readonly id = elementId();
  protected readonly problem = controlProblem(this.control);
}
