import { Component, inject, signal } from '@angular/core';
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
  type CreatedEnrolmentToken,
  type NewEnrolmentToken,
  newEnrolmentTokenSchema,
  siteSchema,
} from '@fleetmend/dashboard-api';
import { mdiEyeOffOutline } from '@mdi/js';
import { fits, holds } from '../../design/contract-validator';
import { CopyButton } from '../../design/copy-button';
import { FormProblem } from '../../design/form-problem';
import { Icon } from '../../design/icon';
import { type Choice, SelectField } from '../../design/select-field';
import { submission } from '../../design/submission';
import { TextField } from '../../design/text-field';
import { holdsTags, tagsOf } from '../labels/tag-words';

export interface NewTokenDialogData {
  readonly create: (token: NewEnrolmentToken) => Promise<CreatedEnrolmentToken>;
}

/** Lifetimes in hours. */
const lifetimes: readonly Choice[] = [
  { value: '1', name: '1 hour' },
  { value: '24', name: '1 day' },
  { value: '168', name: '7 days' },
  { value: '720', name: '30 days' },
  { value: '8760', name: '1 year' },
];

/** An empty field means any number. */
function maximumUsesOf(text: string): number | null {
  return text.trim() === '' ? null : Number(text);
}

/** Makes a token, then shows its secret and the install command: this once, so it closes only by its own button. */
@Component({
  selector: 'fm-new-token-dialog',
  imports: [
    CopyButton,
    FormProblem,
    Icon,
    MatButton,
    MatDialogActions,
    MatDialogClose,
    MatDialogContent,
    MatDialogTitle,
    ReactiveFormsModule,
    SelectField,
    TextField,
  ],
  templateUrl: './new-token-dialog.html',
  styleUrl: './new-token-dialog.scss',
})
export class NewTokenDialog {
  protected readonly created = signal<CreatedEnrolmentToken | null>(null);
  protected readonly lifetimes = lifetimes;
  protected readonly once = mdiEyeOffOutline;
  protected readonly form = new FormGroup({
    label: new FormControl('', {
      nonNullable: true,
      validators: fits(
        newEnrolmentTokenSchema.shape.label,
        'Give it a name of up to 100 characters.',
      ),
    }),
    expiresInHours: new FormControl('168', { nonNullable: true }),
    maximumUses: new FormControl('', {
      nonNullable: true,
      validators: holds(
        (text) => newEnrolmentTokenSchema.shape.maximumUses.safeParse(maximumUsesOf(text)).success,
        'Enter a whole number from 1 to 1,000,000, or nothing for no limit.',
      ),
    }),
    site: new FormControl('', {
      nonNullable: true,
      validators: holds(
        (text) => text.trim() === '' || siteSchema.safeParse(text).success,
        'A site has a name of up to 100 characters.',
      ),
    }),
    tags: new FormControl('', { nonNullable: true, validators: holdsTags }),
  });
  protected readonly submission = submission(this.form);
  readonly #data = inject<NewTokenDialogData>(MAT_DIALOG_DATA);
  readonly #dialog = inject<MatDialogRef<NewTokenDialog>>(MatDialogRef);

  protected async submit(): Promise<void> {
    await this.submission.send(async () => {
      const { label, expiresInHours, maximumUses, site, tags } = this.form.getRawValue();
      const token = newEnrolmentTokenSchema.parse({
        label,
        expiresInHours: Number(expiresInHours),
        maximumUses: maximumUsesOf(maximumUses),
        ...(site.trim() !== '' && { site }),
        ...(tags.trim() !== '' && { tags: tagsOf(tags) }),
      });
      // A click beside the dialog must not lose the secret.
      this.#dialog.disableClose = true;
      try {
        this.created.set(await this.#data.create(token));
      } catch (error) {
        this.#dialog.disableClose = false;
        throw error;
      }
    });
  }
}
