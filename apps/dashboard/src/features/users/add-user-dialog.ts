import { Component, inject } from '@angular/core';
import { FormControl, FormGroup } from '@angular/forms';
import { MAT_DIALOG_DATA } from '@angular/material/dialog';
import {
  type NewUser,
  PASSWORD_MIN_LENGTH,
  type User,
  newUserSchema,
} from '@fleetmend/dashboard-api';
import { fits } from '../../design/contract-validator';
import { FormDialog } from '../../design/form-dialog';
import { Notices } from '../../design/notices';
import { SelectField } from '../../design/select-field';
import { submission } from '../../design/submission';
import { TextField } from '../../design/text-field';
import { roleChoices } from './role-words';

export interface AddUserDialogData {
  readonly add: (user: NewUser) => Promise<User>;
}

/** Adds somebody with a first password. */
@Component({
  selector: 'fm-add-user-dialog',
  imports: [FormDialog, SelectField, TextField],
  template: `
    <fm-form-dialog
      heading="Add user"
      action="Add user"
      actionBusy="Adding…"
      [form]="form"
      [submission]="submission"
      [send]="send"
    >
      <fm-text-field label="Name" [control]="form.controls.name" />
      <fm-text-field label="E-mail" type="email" [control]="form.controls.email" />
      <fm-select-field label="Role" [choices]="roles" [control]="form.controls.role" />
      <fm-text-field
        label="First password"
        type="password"
        autocomplete="new-password"
        [hint]="passwordHint"
        [control]="form.controls.password"
      />
    </fm-form-dialog>
  `,
})
export class AddUserDialog {
  protected readonly roles = roleChoices;
  protected readonly passwordHint = `At least ${PASSWORD_MIN_LENGTH} characters. They can change it under Account.`;
  protected readonly form = new FormGroup({
    name: new FormControl('', {
      nonNullable: true,
      validators: fits(newUserSchema.shape.name, 'Enter a name.'),
    }),
    email: new FormControl('', {
      nonNullable: true,
      validators: fits(newUserSchema.shape.email, 'Enter an e-mail address.'),
    }),
    role: new FormControl('viewer', { nonNullable: true }),
    password: new FormControl('', {
      nonNullable: true,
      validators: fits(
        newUserSchema.shape.password,
        `Use at least ${PASSWORD_MIN_LENGTH} characters.`,
      ),
    }),
  });
  protected readonly submission = submission(this.form, { 'email-taken': 'email' });
  readonly #data = inject<AddUserDialogData>(MAT_DIALOG_DATA);
  readonly #notices = inject(Notices);

  protected readonly send = async (): Promise<void> => {
    const added = await this.#data.add(newUserSchema.parse(this.form.getRawValue()));
    this.#notices.tell(`${added.name} can sign in now.`);
  };
}
