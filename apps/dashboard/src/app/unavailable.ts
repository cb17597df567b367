import { Location } from '@angular/common';
import { Component, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { Router } from '@angular/router';
import { mdiCloudOffOutline } from '@mdi/js';
import { EmptyState } from '../design/empty-state';

/** The server gave no answer when the page was opened; the address stays, so that trying again leads there. */
@Component({
  selector: 'fm-unavailable',
  imports: [EmptyState, MatButton],
  template: `
    <main>
      <h1 class="fm-visually-hidden">The server does not answer</h1>
      <fm-empty-state
        [icon]="sign"
        heading="The server does not answer"
        text="FleetMend may be starting, or the network is down. Nothing is lost: machines keep their reports until the server takes them."
      >
        <button mat-flat-button type="button" [disabled]="trying()" (click)="tryAgain()">
          {{ trying() ? 'Trying…' : 'Try again' }}
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
  protected readonly trying = signal(false);
  readonly #router = inject(Router);
  readonly #location = inject(Location);

  protected async tryAgain(): Promise<void> {
    this.trying.set(true);
    await this.#router.navigateByUrl(this.#location.path(true) || '/', {
      onSameUrlNavigation: 'reload',
    });
    this.trying.set(false);
  }
}
