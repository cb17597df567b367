import { Component } from '@angular/core';

/** The product's sign and name. */
@Component({
  selector: 'fm-logo',
  template: `
    <svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true" focusable="false">
      <rect class="ground" width="32" height="32" rx="8" />
      <path class="letter" d="M9 23V9h14M9 16h9" />
      <path class="mend" d="m17 22 3 3 6-7" />
    </svg>
    <span>FleetMend</span>
  `,
  styles: `
    :host {
      display: inline-flex;
      align-items: center;
      gap: 10px;
      font: 650 16px/24px var(--fm-font);
      letter-spacing: -0.015em;
    }
    .ground {
      fill: #3a4ec2;
    }
    path {
      fill: none;
      stroke-width: 3;
      stroke-linecap: round;
      stroke-linejoin: round;
    }
    .letter {
      stroke: #fff;
    }
    .mend {
      stroke: #8ff0c8;
    }
  `,
})
export class Logo {}
