import { Component, computed, inject } from '@angular/core';
import { campaignPageSchema } from '@fleetmend/dashboard-api';
import { Api } from '../../../api/api';
import { snapshot } from '../../../api/snapshot';
import { elementId } from '../../../design/control-problem';
import { outcomeListWords } from '../../campaigns/outcome-list-words';
import { CampaignDraft } from '../campaign-draft';

/** The machines that ended without success in a campaign that has ended. */
@Component({
  selector: 'fm-failed-of-source',
  template: `
    <div class="fm-field">
      <label [for]="id">Campaign</label>
      <select #box class="fm-input" [id]="id" (change)="choose(box.value)">
        <option value="">Choose one that has ended</option>
        @for (each of offered(); track each.id) {
          <option [value]="each.id" [selected]="each.id === chosen()">
            {{ each.name }} ({{ each.tally.soft + each.tally.hard }} failed)
          </option>
        }
      </select>
      @if (campaigns.error(); as error) {
        <p class="fm-problem" role="alert">{{ error.message }}</p>
      } @else if (campaigns.value() && offered().length === 0) {
        <p class="fm-hint">No campaign has ended with machines that failed.</p>
      } @else {
        <p class="fm-hint">Machines that ended there with success stay out.</p>
      }
      @if (outcomes(); as words) {
        <p>Of them only: {{ words }}.</p>
      }
    </div>
  `,
})
export class FailedOfSource {
  readonly #api = inject(Api);
  protected readonly draft = inject(CampaignDraft);
  protected readonly id = elementId();
  protected readonly chosen = computed(() => this.draft.plan().targets.failedOf);
  /** Which of the failed, in words; null = all. */
  protected readonly outcomes = computed(() => {
    const { failedOutcomes } = this.draft.plan().targets;
    return failedOutcomes === null ? null : outcomeListWords(failedOutcomes);
  });
  protected readonly campaigns = snapshot({
    key: () => null,
    load: async (_key, signal) =>
      (
        await this.#api.get('/campaigns', campaignPageSchema, {
          query: { state: 'ended', limit: 200 },
          signal,
        })
      ).items,
    affectedBy: () => false,
  });
  protected readonly offered = computed(() =>
    (this.campaigns.value() ?? []).filter(
      ({ id, tally }) => tally.soft + tally.hard > 0 || id === this.chosen(),
    ),
  );

  protected choose(id: string): void {
    this.draft.changeTargets({ failedOf: id === '' ? null : id, failedOutcomes: null });
    const campaign = this.campaigns.value()?.find((each) => each.id === id);
    if (campaign !== undefined && this.draft.plan().fingerprintId === null) {
      this.draft.change({ fingerprintId: campaign.fingerprintId });
    }
  }
}
