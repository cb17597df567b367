import { Component, computed, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatCheckbox } from '@angular/material/checkbox';
import { type RetryRule, type Verdict, normaliseErrorCode } from '@fleetmend/domain';
import { mdiPlus } from '@mdi/js';
import { elementId } from '../../../design/control-problem';
import { Icon } from '../../../design/icon';
import { verdictWords } from '../../run/run-words';
import { CampaignDraft } from '../campaign-draft';
import { NumberField } from '../fields/number-field';
import { PlanFieldWords } from '../fields/plan-field-words';
import { PlanProblems } from '../plan-problems';
import { retrySentence } from '../plan-words';

/** Ends after which another try may help. */
const RETRIED: readonly Verdict[] = [
  'same-error',
  'new-error',
  'step-failed',
  'rolled-back',
  'lost',
  'unverified',
  'skipped',
];

/** Which ends are tried again, how often and when. */
@Component({
  selector: 'fm-retry-editor',
  imports: [Icon, MatButton, MatCheckbox, NumberField, PlanFieldWords],
  templateUrl: './retry-editor.html',
  styleUrls: ['../wizard-step.scss', './retry-editor.scss'],
})
export class RetryEditor {
  protected readonly draft = inject(CampaignDraft);
  protected readonly problems = inject(PlanProblems);
  protected readonly id = elementId();
  protected readonly rules = computed(() => this.draft.plan().execution.retries);
  protected readonly verdicts = RETRIED.map((verdict) => ({
    verdict,
    label: verdictWords(verdict).label,
  }));
  protected readonly sentence = retrySentence;
  protected readonly plus = mdiPlus;

  protected add(): void {
    const rule: RetryRule = {
      verdicts: ['lost', 'step-failed'],
      codes: null,
      attempts: 2,
      backOffMinutes: 60,
    };
    this.#set([...this.rules(), rule]);
  }

  protected change(at: number, part: Partial<RetryRule>): void {
    this.#set(this.rules().map((each, i) => (i === at ? { ...each, ...part } : each)));
  }

  protected retry(at: number, verdict: Verdict, on: boolean): void {
    const chosen = this.rules()[at]?.verdicts ?? [];
    this.change(at, {
      verdicts: RETRIED.filter((each) => (each === verdict ? on : chosen.includes(each))),
    });
  }

  /** Codes in any spelling; what is none stays as it is typed, and is refused. */
  protected codes(at: number, text: string): void {
    const codes = text.split(/[\s,;]+/).filter((code) => code !== '');
    this.change(at, {
      codes: codes.length === 0 ? null : codes.map((code) => normaliseErrorCode(code) ?? code),
    });
  }

  protected remove(at: number): void {
    this.#set(this.rules().filter((_, i) => i !== at));
  }

  #set(rules: readonly RetryRule[]): void {
    this.draft.changeExecution({
      retries: rules.map(({ verdicts, codes, ...rest }) => ({
        ...rest,
        verdicts: [...verdicts],
        codes: codes === null ? null : [...codes],
      })),
    });
  }
}
