import { Component, inject, input } from '@angular/core';
import { type FormGroup, ReactiveFormsModule } from '@angular/forms';
import { MatButton } from '@angular/material/button';
import {
  MatDialogActions,
  MatDialogClose,
  MatDialogContent,
  MatDialogRef,
  MatDialogTitle,
} from '@angular/material/dialog';
import { FormProblem } from './form-problem';
import { type Submission } from './submission';

/** The frame of a dialog that is a form: its fields are the content, and it closes when `send` has succeeded. */
@Component({
  selector: 'fm-form-dialog',
  imports: [
    FormProblem,
    MatButton,
    MatDialogActions,
    MatDialogClose,
    MatDialogContent,
    MatDialogTitle,
    ReactiveFormsModule,
  ],
  template: `
    <form novalidate [formGroup]="form()" (ngSubmit)="submit()">
      <h2 mat-dialog-title>{{ heading() }}</h2>
      <mat-dialog-content>
        <div class="fm-form">
          <ng-content />
          <fm-form-problem [text]="submission().problem()" />
        </div>
      </mat-dialog-content>
      <mat-dialog-actions align="end">
        <button mat-button type="button" mat-dialog-close>Cancel</button>
        <button
          mat-flat-button
          type="submit"
          [class.fm-danger]="danger()"
          [disabled]="submission().busy()"
        >
          {{ submission().busy() ? actionBusy() : action() }}
        </button>
      </mat-dialog-actions>
    </form>
  `,
  styles: `
    :host {
      display: contents;
    }
  `,
})
export class FormDialog {
  readonly heading = input.required<string>();
  /** The button, a verb: "Save". */
  readonly action = input.required<string>();
  /** The button while it is sent: "Saving…". */
  readonly actionBusy = input.required<string>();
  /** It can't be taken back, or frightens. */
  readonly danger = input(false);
  readonly form = input.required<FormGroup>();
  readonly submission = input.required<Submission>();
  /** Sends what the form holds; what it throws is shown, and the dialog stays. */
  readonly send = input.required<() => Promise<void>>();

  readonly #dialog = inject<MatDialogRef<unknown>>(MatDialogRef);

  protected async submit(): Promise<void> {
    if (await this.submission().send(this.send())) this.#dialog.close();
  }
}
