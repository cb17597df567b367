import { Component, computed, inject } from '@angular/core';
import { MatCheckbox } from '@angular/material/checkbox';
import { CampaignDraft } from '../campaign-draft';
import { NumberField } from '../fields/number-field';

/** How many machines work at once. */
@Component({
  selector: 'fm-pace-editor',
  imports: [MatCheckbox, NumberField],
  template: `
    <section class="fm-card" aria-labelledby="pace-heading">
      <header><h2 id="pace-heading">How much at once</h2></header>
      <div class="fm-card-body pair">
        <fm-number-field
          path="execution.concurrency"
          label="Machines at once"
          unit="machines"
          hint="The settings of the fleet and of its sites hold beside it."
          [min]="1"
          [max]="10000"
          [value]="execution().concurrency"
          (changed)="draft.changeExecution({ concurrency: $event })"
        />
        <div>
          <mat-checkbox
            [checked]="execution().siteConcurrency !== null"
            (change)="draft.changeExecution({ siteConcurrency: $event.checked ? 10 : null })"
          >
            Fewer on one site
          </mat-checkbox>
          @if (execution().siteConcurrency !== null) {
            <fm-number-field
              class="under"
              path="execution.siteConcurrency"
              label="Machines of one site at once"
              unit="machines"
              [min]="1"
              [max]="10000"
              [value]="execution().siteConcurrency ?? 0"
              (changed)="draft.changeExecution({ siteConcurrency: $event })"
            />
          }
        </div>
      </div>
    </section>
  `,
  styleUrl: '../wizard-step.scss',
})
export class PaceEditor {
  protected readonly draft = inject(CampaignDraft);
  protected readonly execution = computed(() => this.draft.plan().execution);
}
