import { Component, inject } from '@angular/core';
import { FormControl, FormGroup, ReactiveFormsModule } from '@angular/forms';
import { MatButton } from '@angular/material/button';
import { PASSWORD_MIN_LENGTH, passwordChangeSchema } from '@fleetmend/dashboard-api';
import { Api } from '../../api/api';
import { SessionState } from '../../api/session-state';
import { fits } from '../../design/contract-validator';
import { FormProblem } from '../../design/form-problem';
import { Notices } from '../../design/notices';
import { PageHeader } from '../../design/page-header';
import { RelativeTime } from '../../design/relative-time';
import { submission } from '../../design/submission';
import { TextField } from '../../design/text-field';
import { Theme, type ThemeChoice } from '../../design/theme';

/** One's own account: who one is, the password, how the dashboard looks. */
@Component({
  selector: 'fm-account',
  imports: [FormProblem, MatButton, PageHeader, ReactiveFormsModule, RelativeTime, TextField],
  templateUrl: './account.html',
  styleUrl: './account.scss',
})
export class Account {
  protected readonly user = inject(SessionState).user;
  protected readonly theme = inject(Theme);
  protected readonly themes: readonly { id: ThemeChoice; name: string; text: string }[] = [
    { id: 'system', name: 'System', text: 'As your operating system has it' },
    { id: 'light', name: 'Light', text: 'Always light' },
    { id: 'dark', name: 'Dark', text: 'Always dark' },
  ];
  protected readonly hint = `At least ${PASSWORD_MIN_LENGTH} characters; a few random words are good.`;
  protected readonly form = new FormGroup({
    current: new FormControl('', {
      nonNullable: true,
      validators: fits(passwordChangeSchema.shape.current, 'Enter the password you have now.'),
    }),
    next: new FormControl('', {
      nonNullable: true,
      validators: fits(
        passwordChangeSchema.shape.next,
        `Use at least ${PASSWORD_MIN_LENGTH} characters.`,
      ),
    }),
  });
  protected readonly submission = submission(this.form, { 'wrong-password': 'current' });
  readonly #api = inject(Api);
  readonly #notices = inject(Notices);

  protected async changePassword(): Promise<void> {
    const done = await this.submission.send(async () => {
      await this.#api.send('POST', '/users/me/password', this.form.getRawValue());
    });
    if (!done) return;
    this.form.reset();
    this.#notices.tell('Your password is changed. Your other sessions have ended.');
  }
}
