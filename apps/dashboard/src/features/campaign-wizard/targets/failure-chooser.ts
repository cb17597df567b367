import { DecimalPipe } from '@angular/common';
import { Component, inject, input, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { fingerprintPageSchema } from '@fleetmend/dashboard-api';
import { Api } from '../../../api/api';
import { snapshot } from '../../../api/snapshot';
import { Icon } from '../../../design/icon';
import { LoadState } from '../../../design/load-state';
import { SearchField } from '../../../design/search-field';
import { mdiAlertCircleOutline } from '@mdi/js';
import { CampaignDraft } from '../campaign-draft';
import { failureLabel } from '../failure-label';

/** The failure that is to be mended: the chosen one, or a search for it. */
@Component({
  selector: 'fm-failure-chooser',
  imports: [DecimalPipe, Icon, LoadState, MatButton, SearchField],
  template: `
    @if (draft.plan().fingerprintId !== null) {
      <div class="chosen">
        <fm-icon [path]="sign" />
        <div class="words">
          @if (draft.fingerprint.value(); as failure) {
            <p class="name">{{ label(failure) }}</p>
            <p class="fm-muted">
              {{ failure.meaning ?? failure.updateTitle ?? 'No text is known for this code' }}
            </p>
            <p class="fm-muted fm-small">
              Open on {{ failure.openMachines | number }}
              {{ failure.openMachines === 1 ? 'machine' : 'machines' }}, {{ failure.osFamily }}
            </p>
          } @else if (draft.fingerprint.error(); as error) {
            <p role="alert">{{ error.message }}</p>
          } @else {
            <p class="fm-muted">Loading…</p>
          }
        </div>
        <button mat-button type="button" (click)="choose(null)">
          {{ optional() ? 'None' : 'Choose another' }}
        </button>
      </div>
    } @else {
      <fm-search-field
        label="Search failures"
        placeholder="Code in any spelling, KB or words"
        [value]="search()"
        (searched)="search.set($event)"
      />
      @if (!optional() || search() !== '') {
        @if (failures.value(); as rows) {
          <ul aria-label="Failures" [attr.aria-busy]="failures.loading()">
            @for (failure of rows; track failure.id) {
              <li>
                <div>
                  <p class="name">{{ label(failure) }}</p>
                  <p class="fm-muted fm-small">
                    Open on {{ failure.openMachines | number }}
                    {{ failure.openMachines === 1 ? 'machine' : 'machines' }},
                    {{ failure.osFamily }}
                  </p>
                </div>
                <button
                  mat-stroked-button
                  type="button"
                  [attr.aria-label]="'Choose ' + label(failure)"
                  (click)="choose(failure.id)"
                >
                  Choose
                </button>
              </li>
            } @empty {
              <li class="fm-muted">No open failure matches.</li>
            }
          </ul>
        } @else {
          <fm-load-state [of]="failures" [rows]="4" />
        }
      }
    }
  `,
  styleUrl: './failure-chooser.scss',
})
export class FailureChooser {
  /** Whether the plan can do without: then nothing is listed before somebody searches. */
  readonly optional = input(false);

  readonly #api = inject(Api);
  protected readonly draft = inject(CampaignDraft);
  protected readonly search = signal('');
  protected readonly failures = snapshot({
    key: this.search,
    load: async (search, signal) =>
      (
        await this.#api.get('/fingerprints', fingerprintPageSchema, {
          query: { search, limit: 10 },
          signal,
        })
      ).items,
    affectedBy: () => false,
  });
  protected readonly label = failureLabel;
  protected readonly sign = mdiAlertCircleOutline;

  protected choose(fingerprintId: string | null): void {
    this.draft.change({ fingerprintId });
  }
}
