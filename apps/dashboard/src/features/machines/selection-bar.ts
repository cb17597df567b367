import { DecimalPipe } from '@angular/common';
import { Component, input, output } from '@angular/core';
import { MatButton } from '@angular/material/button';
import type { MachineSelection } from './machine-selection';

/** Tells how many machines are selected, and what can be done with them; at the lower edge as long as there are any. */
@Component({
  selector: 'fm-selection-bar',
  imports: [DecimalPipe, MatButton],
  template: `
    <div class="bar" role="region" aria-label="Selected machines">
      <p aria-live="polite">
        <strong>{{ selection().count() | number }}</strong>
        {{ selection().count() === 1 ? 'machine' : 'machines' }} selected{{
          selection().isMatching() ? ': all that match' : ''
        }}{{
          selection().exceptions() > 0 ? ', without ' + (selection().exceptions() | number) : ''
        }}
      </p>
      <div class="do">
        @if (!selection().isMatching() && total() > selection().count()) {
          <button mat-button type="button" (click)="selection().selectMatching()">
            Select all {{ total() | number }} that match
          </button>
        }
        <button mat-button type="button" (click)="selection().clear()">Clear</button>
        <button mat-button type="button" (click)="labelled.emit()">Label…</button>
        <button mat-stroked-button type="button" (click)="campaign.emit()">New campaign…</button>
        <button mat-flat-button type="button" (click)="remediate.emit()">Remediate…</button>
      </div>
    </div>
  `,
  styles: `
    :host {
      display: block;
      position: sticky;
      bottom: var(--fm-space-2);
      z-index: 5;
    }
    .bar {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      justify-content: space-between;
      gap: var(--fm-space-1) var(--fm-space-3);
      padding: var(--fm-space-1h) var(--fm-space-2) var(--fm-space-1h) var(--fm-space-3);
      background: var(--fm-surface-raised);
      border-radius: var(--fm-radius);
      box-shadow: var(--fm-shadow-high);
    }
    .do {
      display: flex;
      flex-wrap: wrap;
      justify-content: flex-end;
      gap: var(--fm-space-half) var(--fm-space-1);
      margin-inline-start: auto;
    }
  `,
})
export class SelectionBar {
  readonly selection = input.required<MachineSelection>();
  /** How many machines match the filter. */
  readonly total = input.required<number>();
  readonly labelled = output();
  readonly remediate = output();
  /** They are to be the targets of a new campaign. */
  readonly campaign = output();
}
