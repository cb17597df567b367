import { Component, computed, inject } from '@angular/core';
import { MatIconButton } from '@angular/material/button';
import { mdiAlertOctagonOutline } from '@mdi/js';
import { SessionState } from '../../api/session-state';
import { Icon } from '../../design/icon';
import { EmergencyStopDialogs } from './emergency-stop-dialogs';
import { EmergencyStopState } from './emergency-stop-state';

/** In the bar of every page: stops everything, after a question. Gone while it is on, since the banner releases it. */
@Component({
  selector: 'fm-emergency-stop-button',
  imports: [Icon, MatIconButton],
  template: `
    @if (offered()) {
      <button
        mat-icon-button
        type="button"
        aria-label="Emergency stop…"
        title="Emergency stop: no machine gets an order any more"
        (click)="dialogs.open(true)"
      >
        <fm-icon [path]="sign" [size]="22" />
      </button>
    }
  `,
  styles: `
    button {
      --mat-icon-button-icon-color: var(--fm-bad-text);
    }
  `,
})
export class EmergencyStopButton {
  readonly #stop = inject(EmergencyStopState);
  readonly #session = inject(SessionState);
  protected readonly dialogs = inject(EmergencyStopDialogs);
  protected readonly sign = mdiAlertOctagonOutline;
  protected readonly offered = computed(
    () => this.#session.can('operator') && this.#stop.value()?.on === false,
  );
}
