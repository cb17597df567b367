import { Injectable, inject } from '@angular/core';
import { MatDialog } from '@angular/material/dialog';
import { Router } from '@angular/router';
import type { Remediation, Selection } from '@fleetmend/dashboard-api';
import { firstValueFrom } from 'rxjs';
import { Notices } from '../../design/notices';

/** What is to be remediated. */
export interface RemediateRequest {
  readonly selection: Selection;
  /** The failure that is to be mended, if the selection is about one. */
  readonly fingerprint?: { readonly id: string; readonly label: string };
  /** What is proposed: chosen until somebody chooses otherwise. */
  readonly playbook?: string | undefined;
}

/** Opens the dialog "Remediate…", and leads to the remediation that it made. */
@Injectable({ providedIn: 'root' })
export class RemediateDialogs {
  readonly #dialog = inject(MatDialog);
  readonly #router = inject(Router);
  readonly #notices = inject(Notices);

  /** Whether a remediation was started. */
  async open(request: RemediateRequest): Promise<boolean> {
    const loaded = await import('./remediate-dialog').catch(() => null);
    if (loaded === null) {
      this.#notices.tell('The dialog could not be loaded. Reload the page and try again.');
      return false;
    }
    const dialog = this.#dialog.open<unknown, RemediateRequest, Remediation>(
      loaded.RemediateDialog,
      {
        data: request,
        width: '760px',
        // What was typed is not lost by a click beside the dialog; it closes by Escape and Cancel itself.
        disableClose: true,
        autoFocus: 'first-heading',
      },
    );
    const made = await firstValueFrom(dialog.afterClosed(), { defaultValue: undefined });
    if (made === undefined) return false;
    const count = `${made.machines.toLocaleString('en')} ${made.machines === 1 ? 'machine' : 'machines'}`;
    this.#notices.tell(`Started on ${count}.`);
    await this.#router.navigate(['/remediations', made.id]);
    return true;
  }
}
