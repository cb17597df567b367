import { Component, computed, input } from '@angular/core';
import type { CampaignDetail } from '@fleetmend/dashboard-api';
import { planWords } from './plan-words';

/** A plan as names and values. */
@Component({
  selector: 'fm-plan-facts',
  template: `
    <dl class="fm-facts">
      @for (fact of facts(); track fact.id) {
        <dt>{{ fact.label }}</dt>
        <dd>{{ fact.words }}</dd>
      }
    </dl>
  `,
})
export class PlanFacts {
  readonly campaign = input.required<CampaignDetail>();
  protected readonly facts = computed(() => planWords(this.campaign()));
}
