import { Component } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { mdiLockOutline } from '@mdi/js';
import { EmptyState } from '../design/empty-state';

/** A page that needs more rights than the person has. */
@Component({
  selector: 'fm-not-allowed',
  imports: [EmptyState, MatButton, RouterLink],
  template: `
    <h1 class="fm-visually-hidden">Not allowed</h1>
    <fm-empty-state
      [icon]="sign"
      heading="This page is for administrators"
      text="Your role does not include it. An administrator can change that under Users."
    >
      <a mat-flat-button routerLink="/failures">Go to the failures</a>
    </fm-empty-state>
  `,
})
export class NotAllowed {
  protected readonly sign = mdiLockOutline;
}
