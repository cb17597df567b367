import { Component, computed, inject } from '@angular/core';
import { MatRadioButton, MatRadioGroup } from '@angular/material/radio';
import type { CampaignPlan, PlaybookDescription } from '@fleetmend/dashboard-api';
import { mdiHandBackRightOutline } from '@mdi/js';
import { elementId } from '../../../design/control-problem';
import { Icon } from '../../../design/icon';
import { LoadState } from '../../../design/load-state';
import { StatusChip } from '../../../design/status-chip';
import { confidenceWord, remedyWord } from '../../failures/failure-words';
import { CampaignDraft } from '../campaign-draft';
import { PlanFieldWords } from '../fields/plan-field-words';
import { PlanPreview } from '../plan-preview';
import { PlanProblems } from '../plan-problems';
import { PlaybookParameters } from './playbook-parameters';

/** A playbook with why it is proposed, if it is. */
interface Offer {
  readonly playbook: PlaybookDescription;
  readonly reason: string | null;
  readonly confidence: string | null;
}

/** What is done on the machines, and how. */
@Component({
  selector: 'fm-playbook-step',
  imports: [
    Icon,
    LoadState,
    MatRadioButton,
    MatRadioGroup,
    PlanFieldWords,
    PlaybookParameters,
    StatusChip,
  ],
  templateUrl: './playbook-step.html',
  styleUrls: ['../wizard-step.scss', './playbook-step.scss'],
})
export class PlaybookStep {
  protected readonly draft = inject(CampaignDraft);
  protected readonly problems = inject(PlanProblems);
  readonly #preview = inject(PlanPreview);
  protected readonly id = elementId();

  /** Those that are proposed for the failure first, the best at the top. */
  protected readonly offers = computed((): readonly Offer[] => {
    const proposals = this.draft.proposals();
    const rank = (name: string): number => {
      const at = proposals.findIndex(({ playbook }) => playbook === name);
      return at < 0 ? proposals.length : at;
    };
    return [...(this.draft.playbooks.value() ?? [])]
      .sort((a, b) => rank(a.name) - rank(b.name))
      .map((playbook) => {
        const proposal = proposals.find((each) => each.playbook === playbook.name);
        return {
          playbook,
          reason: proposal?.reason ?? null,
          confidence: proposal?.confidence ?? null,
        };
      });
  });
  /** Why the guard says no; of the preview, which judges by what was chosen. */
  protected readonly guard = computed(() => this.#preview.value()?.guard ?? null);
  protected readonly remedies = computed(() =>
    (this.guard()?.betterRemedies ?? []).flatMap((name) => remedyWord(name) ?? []),
  );
  /** Older versions can be ordered too: of machines whose client is not up to date, or when a new one went wrong. */
  protected readonly versions = computed(() => {
    const playbook = this.draft.playbook();
    const chosen = this.draft.plan().playbookVersion;
    return [
      ...(playbook ? [{ version: playbook.version, words: `${playbook.version} (newest)` }] : []),
      ...(playbook?.olderVersions ?? []).map(({ version }) => ({ version, words: `${version}` })),
    ].map((each) => ({
      ...each,
      isChosen: chosen === null ? each.version === playbook?.version : each.version === chosen,
    }));
  });
  protected readonly confidenceWord = confidenceWord;
  protected readonly guardIcon = mdiHandBackRightOutline;

  protected choose(playbook: string): void {
    this.draft.change({ playbook, playbookVersion: null, parameters: {} });
  }

  protected chooseVersion(version: string): void {
    const chosen = Number(version);
    const playbookVersion = chosen === this.draft.playbook()?.version ? null : chosen;
    this.draft.change({ playbookVersion });
  }

  protected chooseMode(mode: CampaignPlan['mode']): void {
    this.draft.change({ mode });
  }
}
