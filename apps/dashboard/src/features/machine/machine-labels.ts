import { Component, inject, input, output } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { type MachineDetail } from '@fleetmend/dashboard-api';
import { SessionState } from '../../api/session-state';
import { LabelDialogs } from '../labels/label-dialogs';

/** Site and tags of a machine, as ways to the others that have them. */
@Component({
  selector: 'fm-machine-labels',
  imports: [MatButton, RouterLink],
  template: `
    <section class="fm-card" aria-labelledby="labels-heading">
      <header>
        <h2 id="labels-heading">Site and tags</h2>
        @if (session.can('operator') && machine().retiredAt === null) {
          <button mat-stroked-button type="button" (click)="change()">Change…</button>
        }
      </header>
      <dl class="fm-card-body fm-facts">
        <dt>Site</dt>
        <dd>
          @if (machine().site; as site) {
            <a routerLink="/machines" [queryParams]="{ site }">{{ site }}</a>
          } @else {
            <span class="fm-muted">None</span>
          }
        </dd>
        <dt>Tags</dt>
        <dd class="fm-row">
          @for (tag of machine().tags; track tag) {
            <a class="tag" routerLink="/machines" [queryParams]="{ tag }">{{ tag }}</a>
          } @empty {
            <span class="fm-muted">None</span>
          }
        </dd>
      </dl>
    </section>
  `,
  styles: `
    .tag {
      max-width: 100%;
      padding: 2px 10px;
      border-radius: var(--fm-radius-round);
      color: var(--fm-quiet-text);
      background: var(--fm-quiet-soft);
      font: var(--fm-type-label);
      text-decoration: none;
    }
    .tag:hover {
      text-decoration: underline;
    }
  `,
})
export class MachineLabels {
  readonly machine = input.required<MachineDetail>();
  readonly changed = output();
  protected readonly session = inject(SessionState);
  readonly #dialogs = inject(LabelDialogs);

  protected async change(): Promise<void> {
    if (await this.#dialogs.openMachine(this.machine())) this.changed.emit();
  }
}
