import { Injectable, inject } from '@angular/core';
import { MatDialog } from '@angular/material/dialog';
import { type PossibleDuplicate, possibleDuplicateSchema } from '@fleetmend/dashboard-api';
import { firstValueFrom } from 'rxjs';
import { Api, apiPath } from '../../api/api';
import { Confirm } from '../../design/confirm-dialog';
import { Notices } from '../../design/notices';
import { MergeDialog } from './merge-dialog';

/** Asks what two machines are to each other, and has it done. */
@Injectable({ providedIn: 'root' })
export class DuplicateDecisions {
  readonly #api = inject(Api);
  readonly #dialog = inject(MatDialog);
  readonly #confirm = inject(Confirm);
  readonly #notices = inject(Notices);

  /** Whether they were merged. */
  async merge(pair: PossibleDuplicate): Promise<boolean> {
    const dialog = this.#dialog.open<MergeDialog, PossibleDuplicate, PossibleDuplicate>(
      MergeDialog,
      { data: pair, width: '560px', autoFocus: 'first-tabbable' },
    );
    const merged = await firstValueFrom(dialog.afterClosed(), { defaultValue: undefined });
    if (merged === undefined) return false;
    const kept = merged.keptId === merged.newer.id ? merged.newer : merged.older;
    this.#notices.tell(`${kept.hostname} has the history of both.`);
    return true;
  }

  /** Whether they were dismissed. Throws what the server says against it. */
  async dismiss(pair: PossibleDuplicate): Promise<boolean> {
    const { newer, older } = pair;
    const yes = await this.#confirm.ask({
      heading: 'Are these two computers?',
      text: `${newer.hostname} and ${older.hostname} stay machines of their own, and nobody is asked again unless something new speaks against it.`,
      action: 'Yes, two computers',
    });
    if (!yes) return false;
    await this.#api.post(apiPath('duplicates', pair.id, 'dismiss'), {}, possibleDuplicateSchema);
    this.#notices.tell(`${newer.hostname} and ${older.hostname} are two computers.`);
    return true;
  }
}
