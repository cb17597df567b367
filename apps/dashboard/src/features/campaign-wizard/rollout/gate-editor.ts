import { Component, computed, inject } from '@angular/core';
import { MatCheckbox } from '@angular/material/checkbox';
import type { CampaignPlan } from '@fleetmend/dashboard-api';
import { elementId } from '../../../design/control-problem';
import { LEVEL_WORDS } from '../../run/run-words';
import { CampaignDraft } from '../campaign-draft';
import { AmountField } from '../fields/amount-field';
import { NumberField } from '../fields/number-field';
import { budgetSentence, gateSentences } from '../plan-words';

type Level = CampaignPlan['gate']['provenLevel'];
const LEVELS: readonly Level[] = ['L0', 'L1', 'L2', 'L3'];

/** What lets the next wave go, what fails a wave at once, and what the whole campaign may cost. */
@Component({
  selector: 'fm-gate-editor',
  imports: [AmountField, MatCheckbox, NumberField],
  templateUrl: './gate-editor.html',
  styleUrl: '../wizard-step.scss',
})
export class GateEditor {
  protected readonly draft = inject(CampaignDraft);
  protected readonly id = elementId();
  protected readonly gate = computed(() => this.draft.plan().gate);
  protected readonly budget = computed(() => this.draft.plan().budget);
  protected readonly gateSentences = computed(() => gateSentences(this.gate()));
  protected readonly budgetSentence = computed(() => budgetSentence(this.budget()));
  protected readonly levels = LEVELS.map((level) => ({ level, ...LEVEL_WORDS[level] }));
  protected readonly proof = computed(() => LEVEL_WORDS[this.gate().provenLevel].proof);

  protected prove(value: string): void {
    const level = LEVELS.find((each) => each === value);
    if (level !== undefined) this.draft.changeGate({ provenLevel: level });
  }
}
