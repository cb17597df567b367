import { Component, booleanAttribute, inject, input } from '@angular/core';
import { FormControl, FormGroup, ReactiveFormsModule } from '@angular/forms';
import { MatButton } from '@angular/material/button';
import { Router } from '@angular/router';
import { signInRequestSchema } from '@fleetmend/dashboard-api';
import { mdiClockAlertOutline } from '@mdi/js';
import { Sessions } from '../../api/sessions';
import { fits } from '../../design/contract-validator';
import { EntryFrame } from '../../design/entry-frame';
import { FormProblem } from '../../design/form-problem';
import { Icon } from '../../design/icon';
import { submission } from '../../design/submission';
import { TextField } from '../../design/text-field';
import { returnPath } from './return-path';

/** Signs in and leads back to where the person wanted to go. */
@Component({
  selector: 'fm-sign-in',
  imports: [EntryFrame, FormProblem, Icon, MatButton, ReactiveFormsModule, TextField],
  template: `
    <fm-entry-frame heading="Sign in">
      @if (ended()) {
        <div class="fm-notice fm-notice-info" role="status">
          <fm-icon [path]="clock" />
          <p class="fm-notice-text">Your session has ended. Sign in to go on where you were.</p>
        </div>
      }
      <form class="fm-form" novalidate [formGroup]="form" (ngSubmit)="submit()">
        <fm-text-field
          label="E-mail"
          type="email"
          autocomplete="username"
          [control]="form.controls.email"
        />
        <fm-text-field
          label="Password"
          type="password"
          autocomplete="current-password"
          [control]="form.controls.password"
        />
        <fm-form-problem [text]="submission.problem()" />
        <button mat-flat-button type="submit" [disabled]="submission.busy()">
          {{ submission.busy() ? 'Signing in…' : 'Sign in' }}
        </button>
      </form>
    </fm-entry-frame>
  `,
  styles: `
    .fm-notice,
    form {
      margin-top: var(--fm-space-2);
    }
  `,
})
export class SignIn {
  /** Query parameter: where to go afterwards. */
  readonly returnTo = input<string>();
  /** Query parameter: the server ended the session. */
  readonly ended = input(false, { transform: booleanAttribute });

  protected readonly clock = mdiClockAlertOutline;
  protected readonly form = new FormGroup({
    email: new FormControl('', {
      nonNullable: true,
      validators: fits(signInRequestSchema.shape.email, 'Enter your e-mail address.'),
    }),
    password: new FormControl('', {
      nonNullable: true,
      validators: fits(signInRequestSchema.shape.password, 'Enter your password.'),
    }),
  });
  protected readonly submission = submission(this.form);
  readonly #sessions = inject(Sessions);
  readonly #router = inject(Router);

  protected async submit(): Promise<void> {
    const done = await this.submission.send(async () => {
      await this.#sessions.signIn(signInRequestSchema.parse(this.form.getRawValue()));
    });
    if (done) await this.#router.navigateByUrl(returnPath(this.returnTo()));
  }
}
