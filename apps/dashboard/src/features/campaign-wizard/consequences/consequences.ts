import { DecimalPipe } from '@angular/common';
import { Component, computed, inject, output } from '@angular/core';
import { MatButton } from '@angular/material/button';
import {
  mdiAccountCheckOutline,
  mdiAlertCircleOutline,
  mdiDownload,
  mdiHandBackRightOutline,
  mdiHistory,
  mdiTimerOutline,
} from '@mdi/js';
import { byteWords } from '../../../design/byte-words';
import { Icon } from '../../../design/icon';
import { EXCLUSION_WORDS } from '../../campaigns/campaign-words';
import { CampaignDraft } from '../campaign-draft';
import { PlanPreview } from '../plan-preview';
import { PlanProblems } from '../plan-problems';
import { aboutHours } from '../plan-words';
import { planFieldLabel } from '../plan-field-label';
import { REASON_MIN_LENGTH } from '../reason-length';
import { STEP_NAMES, type WizardStep } from '../wizard-step';
import { PreviewTargets } from './preview-targets';
import { WaveBlocks } from './wave-blocks';

/** What the plan would do, beside the plan while it is written. */
@Component({
  selector: 'fm-consequences',
  imports: [DecimalPipe, Icon, MatButton, PreviewTargets, WaveBlocks],
  templateUrl: './consequences.html',
  styleUrl: './consequences.scss',
})
export class Consequences {
  /** Somebody wants to go where something is wrong. */
  readonly goTo = output<WizardStep>();

  protected readonly preview = inject(PlanPreview);
  protected readonly draft = inject(CampaignDraft);
  protected readonly problems = inject(PlanProblems);
  protected readonly exclusions = EXCLUSION_WORDS;

  protected readonly excluded = computed(() =>
    (this.preview.value()?.excluded ?? []).reduce((sum, { machines }) => sum + machines, 0),
  );
  /** Whether the plan says enough to look at what it would do. */
  protected readonly ready = computed(() => this.draft.parsed().plan !== null);
  protected readonly overrideMissing = computed(
    () =>
      (this.preview.value()?.guard ?? null) !== null &&
      this.draft.plan().overrideReason.trim().length < REASON_MIN_LENGTH,
  );
  protected readonly names = STEP_NAMES;
  protected readonly label = planFieldLabel;
  protected readonly bytes = byteWords;
  protected readonly hours = aboutHours;
  protected readonly problemIcon = mdiAlertCircleOutline;
  protected readonly guardIcon = mdiHandBackRightOutline;
  protected readonly approvalIcon = mdiAccountCheckOutline;
  protected readonly timeIcon = mdiTimerOutline;
  protected readonly bytesIcon = mdiDownload;
  protected readonly replayIcon = mdiHistory;
}
