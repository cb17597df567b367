import { Component, input } from '@angular/core';

/** One of Material Design's icons, given by its path from `@mdi/js`. Decoration: words beside it say the same. */
@Component({
  selector: 'fm-icon',
  template: `<svg
    viewBox="0 0 24 24"
    aria-hidden="true"
    focusable="false"
    [attr.width]="size()"
    [attr.height]="size()"
  >
    <path fill="currentColor" [attr.d]="path()" />
  </svg>`,
  styles: `
    :host {
      display: inline-flex;
      flex: none;
      vertical-align: -0.25em;
    }
  `,
})
export class Icon {
  readonly path = input.required<string>();
  /** Width and height in CSS pixels. */
  readonly size = input(20);
}
