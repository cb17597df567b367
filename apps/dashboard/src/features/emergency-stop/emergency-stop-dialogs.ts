import { Injectable, inject } from '@angular/core';
import { MatDialog } from '@angular/material/dialog';
import type { EmergencyStopDialogData } from './emergency-stop-dialog';
import { EmergencyStopState } from './emergency-stop-state';
import { Notices } from '../../design/notices';

/** Opens the dialog that turns the emergency stop on or off. */
@Injectable()
export class EmergencyStopDialogs {
  readonly #dialog = inject(MatDialog);
  readonly #notices = inject(Notices);
  readonly #state = inject(EmergencyStopState);

  async open(on: boolean): Promise<void> {
    const loaded = await import('./emergency-stop-dialog').catch(() => null);
    if (loaded === null) {
      this.#notices.tell('The dialog could not be loaded. Reload the page and try again.');
      return;
    }
    this.#dialog.open<unknown, EmergencyStopDialogData>(loaded.EmergencyStopDialog, {
      data: { on, turn: (reason) => this.#state.turn(on, reason) },
      maxWidth: 520,
      role: 'alertdialog',
    });
  }
}
