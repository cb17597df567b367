import { Component, inject, input, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { API_PREFIX, type RunDetail } from '@fleetmend/dashboard-api';
import { Api, apiPath } from '../../api/api';
import { toApiError } from '../../api/api-error';
import { byteWords } from '../../design/byte-words';
import { StatusChip } from '../../design/status-chip';

type History = RunDetail['histories'][number];

/** More than this is for an editor, not for a page. */
const VIEWED_CHARACTERS = 200_000;

/** The records that were saved before the reset emptied them: to look into, and to keep. */
@Component({
  selector: 'fm-run-histories',
  imports: [MatButton, StatusChip],
  templateUrl: './run-histories.html',
  styleUrl: './run-histories.scss',
})
export class RunHistories {
  readonly runId = input.required<string>();
  readonly histories = input.required<readonly History[]>();

  readonly #api = inject(Api);
  protected readonly openId = signal<string | null>(null);
  protected readonly text = signal<string | null>(null);
  protected readonly problem = signal<string | null>(null);
  protected readonly byteWords = byteWords;

  protected address(history: History): string {
    return API_PREFIX + this.#path(history);
  }

  protected async toggle(history: History): Promise<void> {
    this.text.set(null);
    this.problem.set(null);
    if (this.openId() === history.id) {
      this.openId.set(null);
      return;
    }
    this.openId.set(history.id);
    try {
      const text = await this.#api.text(this.#path(history));
      if (this.openId() !== history.id) return;
      this.text.set(
        text.length > VIEWED_CHARACTERS
          ? `${text.slice(0, VIEWED_CHARACTERS)}\n… the rest is in the download`
          : text,
      );
    } catch (thrown) {
      if (this.openId() === history.id) this.problem.set(toApiError(thrown).message);
    }
  }

  #path(history: History): string {
    return apiPath('runs', this.runId(), 'histories', history.id);
  }
}
