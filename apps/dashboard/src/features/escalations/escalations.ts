import { Injectable, inject } from '@angular/core';
import {
  type EscalationDecided,
  type EscalationDecision,
  type EscalationRuleOfApi,
  type NewEscalationRule,
  escalationDecidedSchema,
  escalationRuleListSchema,
  escalationRuleSchema,
} from '@fleetmend/dashboard-api';
import { Api, apiPath } from '../../api/api';
import { type Snapshot, snapshot } from '../../api/snapshot';

/** The rules of escalation, kept up to date, and decisions about what they propose. Provided by the page. */
@Injectable()
export class Escalations {
  readonly #api = inject(Api);

  readonly rules: Snapshot<readonly EscalationRuleOfApi[]> = snapshot({
    key: () => null,
    load: async (_key, signal) =>
      (await this.#api.get('/escalation-rules', escalationRuleListSchema, { signal })).items,
    affectedBy: ({ lists }) => lists.includes('escalations'),
  });

  async decide(request: EscalationDecision): Promise<EscalationDecided> {
    return await this.#api.post('/escalations/decide', request, escalationDecidedSchema);
  }

  /** Changes the rule with this id, or adds one. */
  async save(id: string | null, rule: NewEscalationRule): Promise<void> {
    if (id === null) await this.#api.post('/escalation-rules', rule, escalationRuleSchema);
    else await this.#api.put(apiPath('escalation-rules', id), rule, escalationRuleSchema);
    await this.rules.reload();
  }
}
