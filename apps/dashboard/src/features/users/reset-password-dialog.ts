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
  PASSWORD_MIN_LENGTH,
  type User,
  type UserChange,
  newUserSchema,
} from '@fleetmend/dashboard-api';
import { fits } from '../../design/contract-validator';
import { FormProblem } from '../../design/form-problem';
import { Notices } from '../../design/notices';
import { submission } from '../../design/submission';
import { TextField } from '../../design/text-field';

export interface ResetPasswordDialogData {
  readonly user: User;
  readonly change: (change: UserChange) => Promise<User>;
}

/** Gives somebody a new password, which ends their sessions. */
@Component({
  selector: 'fm-reset-password-dialog',
  imports: [
    FormProblem,
    MatButton,
    MatDialogActions,
    MatDialogClose,
    MatDialogContent,
    MatDialogTitle,
    ReactiveFormsModule,
    TextField,
  ],
  template: `
    <form novalidate [formGroup]="form" (ngSubmit)="submit()">
      <h2 mat-dialog-title>Reset the password of {{ data.user.name }}</h2>
      <mat-dialog-content>
        <div class="fm-form">
          <p class="fm-muted">Their sessions end at once. Tell them the new password yourself.</p>
          <fm-text-field
            label="New password"
            type="password"
            autocomplete="new-password"
            [hint]="hint"
            [control]="form.controls.password"
          />
          <fm-form-problem [text]="submission.problem()" />
        </div>
      </mat-dialog-content>
      <mat-dialog-actions align="end">
        <button mat-button type="button" mat-dialog-close>Cancel</button>
        <button mat-flat-button type="submit" [disabled]="submission.busy()">
          {{ submission.busy() ? 'Saving…' : 'Set password' }}
        </button>
      </mat-dialog-actions>
    </form>
  `,
})
export class ResetPasswordDialog {
  protected readonly data = inject<ResetPasswordDialogData>(MAT_DIALOG_DATA);
  protected readonly hint = `At least ${PASSWORD_MIN_LENGTH} characters.`;
  protected readonly form = new FormGroup({
    password: new FormControl('', {
      nonNullable: true,
      validators: fits(
        newUserSchema.shape.password,
        `Use at least ${PASSWORD_MIN_LENGTH} characters.`,
      ),
    }),
  });
  protected readonly submission = submission(this.form);
  readonly #dialog = inject<MatDialogRef<ResetPasswordDialog>>(MatDialogRef);
  readonly #notices = inject(Notices);

  protected async submit(): Promise<void> {
    const done = await this.submission.send(async () => {
      await this.data.change({ password: this.form.controls.password.value });
      this.#notices.tell(`${this.data.user.name} has a new password.`);
    });
    if (done) this.#dialog.close();
  }
}
