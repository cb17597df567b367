import { Component, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { mdiCloudAlertOutline } from '@mdi/js';
import { type Loadable } from '../api/loadable';
import { Icon } from './icon';

/** Above a value that could not be brought up to date: says so, and offers to try again. */
@Component({
  selector: 'fm-refresh-problem',
  imports: [Icon, MatButton],
  template: `
    @if (of().refreshError(); as error) {
      <div class="fm-notice fm-notice-warn" role="status">
        <fm-icon [path]="sign" />
        <p class="fm-notice-text">This may be out of date. {{ error.message }}</p>
        <button mat-button type="button" (click)="of().reload()">Try again</button>
      </div>
    }
  `,
  styles: `
    :host {
      display: contents;
    }
    .fm-notice {
      align-items: center;
    }
  `,
})
export class RefreshProblem {
  readonly of = input.required<Loadable>();
  protected readonly sign = mdiCloudAlertOutline;
}
