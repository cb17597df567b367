import { DOCUMENT } from '@angular/common';
import { Component, DestroyRef, computed, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { mdiCloudOffOutline } from '@mdi/js';
import { Api } from '../api/api';
import { toApiError } from '../api/api-error';
import { EmptyState } from '../design/empty-state';

const EVERY_MS = 5000;

/**
 * The page could not be opened: the server gives no answer, or is another version than this dashboard. The address
 * stays, so that a reload leads where the person wanted to go; it happens by itself once a silent server answers.
 */
@Component({
  selector: 'fm-unavailable',
  imports: [EmptyState, MatButton],
  template: `
    <main>
      <h1 class="fm-visually-hidden">{{ heading() }}</h1>
      <fm-empty-state [icon]="sign" [heading]="heading()" [text]="text()">
        <button mat-flat-button type="button" [disabled]="asking()" (click)="tryAgain()">
          {{ asking() ? 'Trying…' : 'Try again' }}
        </button>
      </fm-empty-state>
    </main>
  `,
  styles: `
    main {
      display: grid;
      min-height: 100dvh;
      place-items: center;
    }
  `,
})
export class Unavailable {
  protected readonly sign = mdiCloudOffOutline;
  protected readonly asking = signal(false);
  readonly #silent = signal(true);
  protected readonly heading = computed(() =>
    this.#silent() ? 'The server does not answer' : 'This page could not be opened',
  );
  protected readonly text = computed(() =>
    this.#silent()
      ? 'FleetMend may be starting, or the network is down. Nothing is lost: machines keep their reports until the server takes them.'
      : 'The server answers again, or was updated meanwhile. Trying again loads the page anew.',
  );
  readonly #api = inject(Api);
  readonly #document = inject(DOCUMENT);

  constructor() {
    const timer = setInterval(() => void this.#watch(), EVERY_MS);
    inject(DestroyRef).onDestroy(() => {
      clearInterval(timer);
    });
    void this.#answers().then((answers) => {
      this.#silent.set(!answers);
    });
  }

  protected async tryAgain(): Promise<void> {
    this.asking.set(true);
    if (await this.#answers()) this.#document.location.reload();
    else this.#silent.set(true);
    this.asking.set(false);
  }

  /** Reloads only a page whose server was silent: one that answers and still can't be shown would reload for ever. */
  async #watch(): Promise<void> {
    if (this.#silent() && (await this.#answers())) this.#document.location.reload();
  }

  async #answers(): Promise<boolean> {
    try {
      await this.#api.text('/health', { anonymous: true });
      return true;
    } catch (error) {
      return toApiError(error).code !== 'unreachable';
    }
  }
}
