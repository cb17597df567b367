import { Component, inject } from '@angular/core';
import { FormControl, FormGroup } from '@angular/forms';
import { MAT_DIALOG_DATA } from '@angular/material/dialog';
import {
  PASSWORD_MIN_LENGTH,
  type User,
  type UserChange,
  newUserSchema,
} from '@fleetmend/dashboard-api';
import { fits } from '../../design/contract-validator';
import { FormDialog } from '../../design/form-dialog';
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
  imports: [FormDialog, TextField],
  template: `
    <fm-form-dialog
      [heading]="'Reset the password of ' + data.user.name"
      action="Set password"
      actionBusy="Saving…"
      [form]="form"
      [submission]="submission"
      [send]="send"
    >
      <p class="fm-muted">Their sessions end at once. Tell them the new password yourself.</p>
      <fm-text-field
        label="New password"
        type="password"
        autocomplete="new-password"
        [hint]="hint"
        [control]="form.controls.password"
      />
    </fm-form-dialog>
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
  readonly #notices = inject(Notices);

  protected readonly send = async (): Promise<void> => {
    await this.data.change({ password: this.form.controls.password.value });
    this.#notices.tell(`${this.data.user.name} has a new password.`);
  };
}
