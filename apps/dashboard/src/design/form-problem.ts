import { Component, input } from '@angular/core';
import { mdiAlertCircleOutline } from '@mdi/js';
import { Icon } from './icon';

/** What is wrong with a whole form. */
@Component({
  selector: 'fm-form-problem',
  imports: [Icon],
  template: `
    <div role="alert">
      @if (text(); as words) {
        <div class="fm-notice fm-notice-bad">
          <fm-icon [path]="sign" />
          <p class="fm-notice-text">{{ words }}</p>
        </div>
      }
    </div>
  `,
})
export class FormProblem {
  readonly text = input.required<string | null>();
  protected readonly sign = mdiAlertCircleOutline;
}
