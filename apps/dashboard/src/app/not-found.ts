import { Component } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { mdiMapMarkerQuestionOutline } from '@mdi/js';
import { EmptyState } from '../design/empty-state';

/** An address that leads nowhere. */
@Component({
  selector: 'fm-not-found',
  imports: [EmptyState, MatButton, RouterLink],
  template: `
    <h1 class="fm-visually-hidden">Page not found</h1>
    <fm-empty-state
      [icon]="sign"
      heading="There is no such page"
      text="The address may be mistyped, or what it showed is gone."
    >
      <a mat-flat-button routerLink="/failures">Go to the failures</a>
    </fm-empty-state>
  `,
})
export class NotFound {
  protected readonly sign = mdiMapMarkerQuestionOutline;
}
