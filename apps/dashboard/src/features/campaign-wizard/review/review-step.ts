import { Component, computed, inject } from '@angular/core';
import type { Stratum } from '@fleetmend/domain';
import { mdiAlertOutline } from '@mdi/js';
import { elementId } from '../../../design/control-problem';
import { Icon } from '../../../design/icon';
import { exactDay } from '../../../design/relative-time';
import { outcomeListWords } from '../../campaigns/outcome-list-words';
import { modeWord, nameWords } from '../../run/run-words';
import { CampaignDraft } from '../campaign-draft';
import { failureLabel } from '../failure-label';
import { PlanFieldWords } from '../fields/plan-field-words';
import { PlanPreview } from '../plan-preview';
import { PlanProblems } from '../plan-problems';
import {
  budgetSentence,
  gateSentences,
  minuteWords,
  paceSentence,
  retrySentence,
  scheduleSentences,
  wavesWords,
} from '../plan-words';
import { filterWords } from './filter-words';
import { windowWords } from '../window-words';

const STRATUM_IN_SENTENCE: Readonly<Record<Stratum, string>> = {
  site: 'site',
  'os-family': 'Windows',
  model: 'model',
};

/** Everything once more in words, and the name. */
@Component({
  selector: 'fm-review-step',
  imports: [Icon, PlanFieldWords],
  templateUrl: './review-step.html',
  styleUrls: ['../wizard-step.scss', './review-step.scss'],
})
export class ReviewStep {
  protected readonly draft = inject(CampaignDraft);
  protected readonly problems = inject(PlanProblems);
  readonly #preview = inject(PlanPreview);
  protected readonly id = elementId();
  protected readonly warnIcon = mdiAlertOutline;

  protected readonly targets = computed(() => {
    const { targets } = this.draft.plan();
    const count = (number: number): string =>
      `${number.toLocaleString('en')} ${number === 1 ? 'machine' : 'machines'}`;
    switch (targets.kind) {
      case 'failure':
        return 'Every machine on which the failure is open';
      case 'filter': {
        const without = targets.except.length;
        const words = `Every machine: ${filterWords(targets.filter)}`;
        return without === 0 ? words : `${words}; without ${count(without)}`;
      }
      case 'picked':
        return `${count(targets.picked.length)}, chosen by hand`;
      case 'names':
        return `${count((targets.named ?? []).length)}, from a list of names`;
      case 'failed-of':
        return targets.failedOutcomes === null
          ? 'The machines that ended another campaign without success'
          : `Of the machines that ended another campaign without success: ${outcomeListWords(targets.failedOutcomes)}`;
    }
  });
  protected readonly joins = computed(() => {
    const { targets } = this.draft.plan();
    const until = this.draft.parsed().plan?.targets.dynamicUntil ?? null;
    const grows =
      until === null
        ? 'The machines stay those that match at launch.'
        : `Machines that match later join until ${minuteWords(until)}.`;
    const away =
      targets.offlineDays === null
        ? ''
        : ` Machines that have not been seen for ${targets.offlineDays} days are left out.`;
    return grows + away;
  });
  protected readonly failure = computed(() => {
    const failure = this.draft.fingerprint.value();
    return failure === null ? 'None' : failureLabel(failure);
  });
  protected readonly playbook = computed(() => {
    const playbook = this.draft.playbook();
    if (playbook === null) return 'None yet';
    const version = this.draft.plan().playbookVersion ?? playbook.version;
    return `${playbook.title}, version ${version}: ${modeWord(this.draft.plan().mode).toLowerCase()}`;
  });
  protected readonly parameters = computed(() =>
    Object.entries(this.draft.parameters()).map(([name, value]) => ({
      name: nameWords(name),
      value: typeof value === 'boolean' ? (value ? 'yes' : 'no') : value.toLocaleString('en'),
    })),
  );
  /** What is lost on the machines, where it is for real. */
  protected readonly destroyed = computed(() =>
    this.draft.plan().mode === 'execute' ? (this.draft.playbook()?.sideEffects ?? []) : [],
  );
  protected readonly included = computed(() => this.#preview.value()?.included ?? null);
  protected readonly waves = computed(() => wavesWords(this.draft.plan().rollout.waves));
  protected readonly draw = computed(() => {
    const { stratifyBy, seed, canaries, holdOut } = this.draft.plan().rollout;
    const fair = stratifyBy.map((each) => STRATUM_IN_SENTENCE[each]).join(', ');
    return [
      fair === '' ? 'Drawn at random' : `Drawn fairly by ${fair}`,
      `, seed ${seed}.`,
      canaries.length === 0 ? '' : ` ${canaries.length} in the first wave for certain.`,
      holdOut === null ? '' : ` ${holdOut.percent} % held out until ${exactDay(holdOut.until)}.`,
    ].join('');
  });
  protected readonly gate = computed(() => gateSentences(this.draft.plan().gate));
  protected readonly budget = computed(() => budgetSentence(this.draft.plan().budget));
  protected readonly schedule = computed(() => scheduleSentences(this.draft.plan().execution));
  protected readonly windows = computed(() => this.draft.plan().execution.windows.map(windowWords));
  protected readonly pace = computed(() => paceSentence(this.draft.plan().execution));
  protected readonly retries = computed(() =>
    this.draft.plan().execution.retries.map(retrySentence),
  );
}
