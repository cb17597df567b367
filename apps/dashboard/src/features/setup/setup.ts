import { Location } from '@angular/common';
import { Component, inject, signal } from '@angular/core';
import { FormControl, FormGroup, ReactiveFormsModule } from '@angular/forms';
import { MatButton } from '@angular/material/button';
import { ActivatedRoute, Router } from '@angular/router';
import { PASSWORD_MIN_LENGTH, setupRequestSchema } from '@fleetmend/dashboard-api';
import { Sessions } from '../../api/sessions';
import { fits } from '../../design/contract-validator';
import { EntryFrame } from '../../design/entry-frame';
import { FormProblem } from '../../design/form-problem';
import { submission } from '../../design/submission';
import { TextField } from '../../design/text-field';

/** The token in the address `/setup#token=…`; the router has decoded it already. */
function tokenIn(fragment: string | null): string | null {
  return /^token=(.+)$/.exec(fragment ?? '')?.[1] ?? null;
}

/** Makes the first administrator, with the token that the server printed at its start. */
@Component({
  selector: 'fm-setup',
  imports: [EntryFrame, FormProblem, MatButton, ReactiveFormsModule, TextField],
  template: `
    <fm-entry-frame
      heading="Welcome to FleetMend"
      text="Make the first administrator. Everybody else is added later, under Users."
    >
      <form class="fm-form" novalidate [formGroup]="form" (ngSubmit)="submit()">
        @if (asksForToken()) {
          <fm-text-field
            label="Set-up token"
            hint="The server prints it when it starts without an administrator."
            [control]="form.controls.token"
          />
        }
        <fm-text-field label="Your name" autocomplete="name" [control]="form.controls.name" />
        <fm-text-field
          label="E-mail"
          type="email"
          autocomplete="username"
          [control]="form.controls.email"
        />
        <fm-text-field
          label="Password"
          type="password"
          autocomplete="new-password"
          [hint]="passwordHint"
          [control]="form.controls.password"
        />
        <fm-form-problem [text]="submission.problem()" />
        <button mat-flat-button type="submit" [disabled]="submission.busy()">
          {{ submission.busy() ? 'Setting up…' : 'Set up FleetMend' }}
        </button>
      </form>
    </fm-entry-frame>
  `,
  styles: `
    form {
      margin-top: var(--fm-space-3);
    }
  `,
})
export class Setup {
  readonly #sessions = inject(Sessions);
  readonly #router = inject(Router);
  readonly #location = inject(Location);
  readonly #token = tokenIn(inject(ActivatedRoute).snapshot.fragment);

  /** Without one in the address, or when that one was refused. */
  protected readonly asksForToken = signal(this.#token === null);
  protected readonly passwordHint = `At least ${PASSWORD_MIN_LENGTH} characters; a few random words are good.`;
  protected readonly form = new FormGroup({
    token: new FormControl(this.#token ?? '', {
      nonNullable: true,
      validators: fits(setupRequestSchema.shape.token, 'Enter the token that the server printed.'),
    }),
    name: new FormControl('', {
      nonNullable: true,
      validators: fits(setupRequestSchema.shape.name, 'Enter your name.'),
    }),
    email: new FormControl('', {
      nonNullable: true,
      validators: fits(setupRequestSchema.shape.email, 'Enter an e-mail address.'),
    }),
    password: new FormControl('', {
      nonNullable: true,
      validators: fits(
        setupRequestSchema.shape.password,
        `Use at least ${PASSWORD_MIN_LENGTH} characters.`,
      ),
    }),
  });
  protected readonly submission = submission(this.form, { 'wrong-setup-token': 'token' });

  constructor() {
    // The token must not stay in the address bar, the history, or a screenshot.
    if (this.#token !== null) this.#location.replaceState('/setup');
  }

  protected async submit(): Promise<void> {
    const done = await this.submission.send(async () => {
      await this.#sessions.setUp(setupRequestSchema.parse(this.form.getRawValue()));
    });
    if (this.form.controls.token.invalid) this.asksForToken.set(true);
    if (done) await this.#router.navigateByUrl('/');
  }
}
