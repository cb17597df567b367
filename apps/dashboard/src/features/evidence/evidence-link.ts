import { Component, computed, inject, input } from '@angular/core';
import { MatAnchor } from '@angular/material/button';
import { API_PREFIX } from '@fleetmend/dashboard-api';
import { apiPath } from '../../api/api';
import { SessionState } from '../../api/session-state';

/** Loads down all that is known of a run or a machine; for those who may have it. */
@Component({
  selector: 'fm-evidence-link',
  imports: [MatAnchor],
  template: `
    @if (session.can('operator')) {
      <a
        mat-stroked-button
        [href]="address()"
        download
        title="Everything that is known of it, as a ZIP with hashes. The download is noted in the audit log."
      >
        Download evidence
      </a>
    }
  `,
})
export class EvidenceLink {
  readonly of = input.required<'runs' | 'machines'>();
  readonly id = input.required<string>();

  protected readonly session = inject(SessionState);
  protected readonly address = computed(
    () => API_PREFIX + apiPath(this.of(), this.id(), 'evidence.zip'),
  );
}
