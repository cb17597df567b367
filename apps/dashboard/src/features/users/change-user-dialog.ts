import { Component, inject } from '@angular/core';
import { FormControl, FormGroup } from '@angular/forms';
import { MAT_DIALOG_DATA } from '@angular/material/dialog';
import {
  type User,
  type UserChange,
  newUserSchema,
  userChangeSchema,
} from '@fleetmend/dashboard-api';
import { fits } from '../../design/contract-validator';
import { FormDialog } from '../../design/form-dialog';
import { SelectField } from '../../design/select-field';
import { submission } from '../../design/submission';
import { TextField } from '../../design/text-field';
import { roleChoices } from './role-words';

export interface ChangeUserDialogData {
  readonly user: User;
  readonly change: (change: UserChange) => Promise<User>;
}

/** Changes somebody's name or role. */
@Component({
  selector: 'fm-change-user-dialog',
  imports: [FormDialog, SelectField, TextField],
  template: `
    <fm-form-dialog
      [heading]="data.user.email"
      action="Save"
      actionBusy="Saving…"
      [form]="form"
      [submission]="submission"
      [send]="send"
    >
      <fm-text-field label="Name" [control]="form.controls.name" />
      <fm-select-field label="Role" [choices]="roles" [control]="form.controls.role" />
    </fm-form-dialog>
  `,
})
export class ChangeUserDialog {
  protected readonly roles = roleChoices;
  protected readonly data = inject<ChangeUserDialogData>(MAT_DIALOG_DATA);
  protected readonly form = new FormGroup({
    name: new FormControl(this.data.user.name, {
      nonNullable: true,
      validators: fits(newUserSchema.shape.name, 'Enter a name.'),
    }),
    role: new FormControl<string>(this.data.user.role, { nonNullable: true }),
  });
  protected readonly submission = submission(this.form, { 'last-administrator': 'role' });

  protected readonly send = async (): Promise<void> => {
    await this.data.change(userChangeSchema.parse(this.form.getRawValue()));
  };
}
