import { DecimalPipe } from '@angular/common';
import { Component, computed, inject, signal } from '@angular/core';
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
  mergePreviewSchema,
  type PossibleDuplicate,
  possibleDuplicateSchema,
} from '@fleetmend/dashboard-api';
import { mdiAlertOutline } from '@mdi/js';
import { Api, apiPath } from '../../api/api';
import { toApiError } from '../../api/api-error';
import { snapshot } from '../../api/snapshot';
import { FormProblem } from '../../design/form-problem';
import { Icon } from '../../design/icon';
import { LoadState } from '../../design/load-state';
import { RelativeTime } from '../../design/relative-time';

/** "These are the same computer": which one goes on, and what happens then. Closes with the merged pair. */
@Component({
  selector: 'fm-merge-dialog',
  imports: [
    DecimalPipe,
    FormProblem,
    Icon,
    LoadState,
    MatButton,
    MatDialogActions,
    MatDialogClose,
    MatDialogContent,
    MatDialogTitle,
    RelativeTime,
  ],
  templateUrl: './merge-dialog.html',
  styleUrl: './merge-dialog.scss',
})
export class MergeDialog {
  readonly #api = inject(Api);
  readonly #dialog = inject<MatDialogRef<MergeDialog, PossibleDuplicate>>(MatDialogRef);
  protected readonly pair = inject<PossibleDuplicate>(MAT_DIALOG_DATA);
  protected readonly machines = [this.pair.newer, this.pair.older];
  protected readonly keepId = signal(likelyToGoOn(this.pair));
  protected readonly kept = computed(() => this.machines.find(({ id }) => id === this.keepId()));
  protected readonly ended = computed(() => this.machines.find(({ id }) => id !== this.keepId()));
  protected readonly preview = snapshot({
    key: this.keepId,
    load: (keepId, signal) =>
      this.#api.get(apiPath('duplicates', this.pair.id, 'merge-preview'), mergePreviewSchema, {
        query: { keepId },
        signal,
      }),
    affectedBy: ({ machines, runs }) =>
      runs.length > 0 || this.machines.some(({ id }) => machines.includes(id)),
  });
  protected readonly busy = signal(false);
  protected readonly problem = signal<string | null>(null);
  protected readonly possible = computed(() => this.preview.value()?.obstacles.length === 0);
  protected readonly warnIcon = mdiAlertOutline;

  protected async merge(): Promise<void> {
    this.busy.set(true);
    this.problem.set(null);
    try {
      const path = apiPath('duplicates', this.pair.id, 'merge');
      const body = { keepId: this.keepId() };
      this.#dialog.close(await this.#api.post(path, body, possibleDuplicateSchema));
    } catch (error) {
      this.problem.set(toApiError(error).message);
      await this.preview.reload();
    } finally {
      this.busy.set(false);
    }
  }
}

/** The one that is connected; else the one that enrolled later. */
function likelyToGoOn({ newer, older }: PossibleDuplicate): string {
  return older.online && !newer.online ? older.id : newer.id;
}
