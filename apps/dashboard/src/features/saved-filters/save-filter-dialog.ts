import { Component, inject } from '@angular/core';
import { FormControl, FormGroup } from '@angular/forms';
import { MAT_DIALOG_DATA } from '@angular/material/dialog';
import { newSavedFilterSchema } from '@fleetmend/dashboard-api';
import { fits } from '../../design/contract-validator';
import { FormDialog } from '../../design/form-dialog';
import { SelectField } from '../../design/select-field';
import { submission } from '../../design/submission';
import { TextField } from '../../design/text-field';

export interface SaveFilterDialogData {
  readonly heading: string;
  readonly name: string;
  readonly shared: boolean;
  readonly save: (given: { readonly name: string; readonly shared: boolean }) => Promise<void>;
}

/** Asks how a view is called and who sees it. */
@Component({
  selector: 'fm-save-filter-dialog',
  imports: [FormDialog, SelectField, TextField],
  template: `
    <fm-form-dialog
      [heading]="data.heading"
      action="Save"
      actionBusy="Saving…"
      [form]="form"
      [submission]="submission"
      [send]="send"
    >
      <fm-text-field label="Name" placeholder="Failing in Berlin" [control]="form.controls.name" />
      <fm-select-field label="Who sees it" [choices]="audiences" [control]="form.controls.shared" />
    </fm-form-dialog>
  `,
})
export class SaveFilterDialog {
  protected readonly data = inject<SaveFilterDialogData>(MAT_DIALOG_DATA);
  protected readonly audiences = [
    { value: 'false', name: 'Only me' },
    { value: 'true', name: 'Everybody' },
  ];
  protected readonly form = new FormGroup({
    name: new FormControl(this.data.name, {
      nonNullable: true,
      validators: fits(newSavedFilterSchema.shape.name, 'Give it a name of up to 100 characters.'),
    }),
    shared: new FormControl(String(this.data.shared), { nonNullable: true }),
  });
  protected readonly submission = submission(this.form, { 'name-taken': 'name' });

  protected readonly send = (): Promise<void> => {
    const { name, shared } = this.form.getRawValue();
    return this.data.save({ name: name.trim(), shared: shared === 'true' });
  };
}
