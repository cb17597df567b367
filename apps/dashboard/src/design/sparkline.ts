import { Component, computed, input } from '@angular/core';

const HEIGHT = 28;
const STEP = 7;
const BAR = 5;

/** Counts per day as small bars, oldest first; a screen reader hears the sum and the last day. */
@Component({
  selector: 'fm-sparkline',
  template: `<svg
    role="img"
    [attr.aria-label]="spoken()"
    [attr.viewBox]="'0 0 ' + width() + ' ${HEIGHT}'"
    [attr.width]="width()"
    height="${HEIGHT}"
  >
    <title>{{ spoken() }}</title>
    @for (bar of bars(); track $index) {
      <rect
        [attr.x]="bar.x"
        [attr.y]="bar.y"
        width="${BAR}"
        [attr.height]="bar.height"
        rx="1.5"
        [class.none]="bar.none"
        [class.last]="$last"
      />
    }
  </svg>`,
  styles: `
    :host {
      display: inline-block;
      line-height: 0;
    }
    rect {
      fill: light-dark(#a9b3e6, #5664a8);
    }
    rect.last {
      fill: var(--fm-accent);
    }
    rect.none {
      fill: var(--fm-line);
    }
  `,
})
export class Sparkline {
  readonly values = input.required<readonly number[]>();
  /** What is counted, in the plural: "failures". */
  readonly noun = input('failures');

  protected readonly width = computed(() =>
    Math.max(0, this.values().length * STEP - (STEP - BAR)),
  );
  protected readonly bars = computed(() => {
    const most = Math.max(1, ...this.values());
    return this.values().map((value, index) => {
      const height = value === 0 ? 2 : Math.max(4, Math.round((value / most) * HEIGHT));
      return { x: index * STEP, y: HEIGHT - height, height, none: value === 0 };
    });
  });
  protected readonly spoken = computed(() => {
    const values = this.values();
    const sum = values.reduce((total, value) => total + value, 0);
    return `${sum} ${this.noun()} in ${values.length} days, ${values.at(-1) ?? 0} today`;
  });
}
