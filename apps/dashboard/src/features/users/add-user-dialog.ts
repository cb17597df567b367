import { Component, inject } from '@angular/core';
import { FormControl, FormGroup, ReactiveFormsModule } from '@angular/forms';
import { MatButton } from '@angular/material/button';
import {
  MAT_DIALOG_DATA,
  MatDialogActions,
  MatDialogClose,
  MatDialogContent,
  MatDialogRef,
  MatDialogTitle,
} from '@angular/material/dialog';
import {
  type NewUser,
  PASSWORD_MIN_LENGTH,
  type User,
  newUserSchema,
} from '@fleetmend/dashboard-api';
import { fits } from '../../design/contract-validator';
import { FormProblem } from '../../design/form-problem';
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
  imports: [
    FormProblem,
    MatButton,
    MatDialogActions,
    MatDialogClose,
    MatDialogContent,
    MatDialogTitle,
    ReactiveFormsModule,
    SelectField,
    TextField,
  ],
  template: `
    <form novalidate [formGroup]="form" (ngSubmit)="submit()">
      <h2 mat-dialog-title>Add user</h2>
      <mat-dialog-content>
        <div class="fm-form">
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
          <fm-form-problem [text]="submission.problem()" />
        </div>
      </mat-dialog-content>
      <mat-dialog-actions align="end">
        <button mat-button type="button" mat-dialog-close>Cancel</button>
        <button mat-flat-button type="submit" [disabled]="submission.busy()">
          {{ submission.busy() ? 'Adding…' : 'Add user' }}
        </button>
      </mat-dialog-actions>
    </form>
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
  readonly #dialog = inject<MatDialogRef<AddUserDialog>>(MatDialogRef);
  readonly #notices = inject(Notices);

  protected async submit(): Promise<void> {
    const done = await this.submission.send(async () => {
      const added = await this.#data.add(newUserSchema.parse(this.form.getRawValue()));
      this.#notices.tell(`${added.name} can sign in now.`);
    });
    if (done) this.#dialog.close();
  }
}
