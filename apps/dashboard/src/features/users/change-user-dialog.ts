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
  type User,
  type UserChange,
  newUserSchema,
  userChangeSchema,
} from '@fleetmend/dashboard-api';
import { fits } from '../../design/contract-validator';
import { FormProblem } from '../../design/form-problem';
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
      <h2 mat-dialog-title>{{ data.user.email }}</h2>
      <mat-dialog-content>
        <div class="fm-form">
          <fm-text-field label="Name" [control]="form.controls.name" />
          <fm-select-field label="Role" [choices]="roles" [control]="form.controls.role" />
          <fm-form-problem [text]="submission.problem()" />
        </div>
      </mat-dialog-content>
      <mat-dialog-actions align="end">
        <button mat-button type="button" mat-dialog-close>Cancel</button>
        <button mat-flat-button type="submit" [disabled]="submission.busy()">
          {{ submission.busy() ? 'Saving…' : 'Save' }}
        </button>
      </mat-dialog-actions>
    </form>
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
  readonly #dialog = inject<MatDialogRef<ChangeUserDialog>>(MatDialogRef);

  protected async submit(): Promise<void> {
    const done = await this.submission.send(async () => {
      await this.data.change(userChangeSchema.parse(this.form.getRawValue()));
    });
    if (done) this.#dialog.close();
  }
}
