import { Component, inject } from '@angular/core';
import { FormControl, FormGroup } from '@angular/forms';
import { MAT_DIALOG_DATA } from '@angular/material/dialog';
import { emergencyStopRequestSchema } from '@fleetmend/dashboard-api';
import { fits } from '../../design/contract-validator';
import { FormDialog } from '../../design/form-dialog';
import { submission } from '../../design/submission';
import { TextField } from '../../design/text-field';

export interface EmergencyStopDialogData {
  /** Whether it is to be turned on. */
  readonly on: boolean;
  readonly turn: (reason: string) => Promise<void>;
}

/** Asks why everything is to be stopped, or to go on. */
@Component({
  selector: 'fm-emergency-stop-dialog',
  imports: [FormDialog, TextField],
  template: `
    <fm-form-dialog
      [heading]="on ? 'Stop everything?' : 'Release the emergency stop?'"
      [action]="on ? 'Stop everything' : 'Release it'"
      [actionBusy]="on ? 'Stopping…' : 'Releasing…'"
      [danger]="on"
      [form]="form"
      [submission]="submission"
      [send]="send"
    >
      @if (on) {
        <p>
          From this moment on no machine gets an order, be it of a campaign, a policy or a person.
          Runs that have begun go on to their end: half a repair is worse than a whole one.
        </p>
      } @else {
        <p>
          Campaigns that are running, and orders that wait, go on at once where they stand. Pause or
          stop first what must not go on.
        </p>
      }
      <fm-text-field
        label="Why?"
        hint="Everybody reads it, and the audit log keeps it."
        [control]="form.controls.reason"
      />
    </fm-form-dialog>
  `,
})
export class EmergencyStopDialog {
  readonly #data = inject<EmergencyStopDialogData>(MAT_DIALOG_DATA);
  protected readonly on = this.#data.on;
  protected readonly form = new FormGroup({
    reason: new FormControl('', {
      nonNullable: true,
      validators: fits(
        emergencyStopRequestSchema.shape.reason,
        'Give a reason of 3 to 500 characters.',
      ),
    }),
  });
  protected readonly submission = submission(this.form);
  protected readonly send = (): Promise<void> =>
    this.#data.turn(this.form.getRawValue().reason.trim());
}
