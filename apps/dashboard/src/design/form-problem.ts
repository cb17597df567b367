import { Component, input } from '@angular/core';
import { mdiAlertCircleOutline } from '@mdi/js';
import { Icon } from './icon';

/** What is wrong with a whole form. */
@Component({
  selector: 'fm-form-problem',
  imports: [Icon],
  template: `
    @if (text(); as words) {
      <div class="fm-notice fm-notice-bad" role="alert">
        <fm-icon [path]="sign" />
        <p class="fm-notice-text">{{ words }}</p>
      </div>
    }
  `,
  styles: `
    :host {
      display: contents;
    }
  `,
})
export class FormProblem {
  readonly text = input.required<string | null>();
  protected readonly sign = mdiAlertCircleOutline;
}
