import { Component, Injectable, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import {
  MAT_DIALOG_DATA,
  MatDialog,
  MatDialogActions,
  MatDialogClose,
  MatDialogContent,
  MatDialogTitle,
} from '@angular/material/dialog';
import { firstValueFrom } from 'rxjs';

/** A question before something is done. */
export interface Question {
  readonly heading: string;
  /** What will happen. */
  readonly text: string;
  /** The button, a verb: "Revoke". */
  readonly action: string;
  /** It can't be taken back. */
  readonly danger?: boolean;
}

@Component({
  selector: 'fm-confirm-dialog',
  imports: [MatButton, MatDialogActions, MatDialogClose, MatDialogContent, MatDialogTitle],
  template: `
    <h2 mat-dialog-title>{{ question.heading }}</h2>
    <mat-dialog-content>
      <p>{{ question.text }}</p>
    </mat-dialog-content>
    <mat-dialog-actions align="end">
      <button mat-button type="button" [mat-dialog-close]="false">Cancel</button>
      <button
        mat-flat-button
        type="button"
        [class.fm-danger]="question.danger"
        [mat-dialog-close]="true"
      >
        {{ question.action }}
      </button>
    </mat-dialog-actions>
  `,
})
export class ConfirmDialog {
  protected readonly question = inject<Question>(MAT_DIALOG_DATA);
}

/** Asks before it is done. */
@Injectable({ providedIn: 'root' })
export class Confirm {
  readonly #dialog = inject(MatDialog);

  /** Whether the person said yes; closing the dialog any other way is a no. */
  async ask(question: Question): Promise<boolean> {
    const dialog = this.#dialog.open<ConfirmDialog, Question, boolean>(ConfirmDialog, {
      data: question,
      maxWidth: 480,
      role: 'alertdialog',
      autoFocus: 'first-tabbable',
    });
    return (await firstValueFrom(dialog.afterClosed(), { defaultValue: false })) ?? false;
  }
}
