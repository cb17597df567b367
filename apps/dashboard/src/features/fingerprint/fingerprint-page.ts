import { DecimalPipe } from '@angular/common';
import { Component, computed, effect, inject, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { errorCodeSchema, fingerprintSchema } from '@fleetmend/dashboard-api';
import {
  mdiHandBackRightOutline,
  mdiHelpCircleOutline,
  mdiNewBox,
  mdiWrenchOutline,
} from '@mdi/js';
import { Api, apiPath } from '../../api/api';
import { SessionState } from '../../api/session-state';
import { snapshot } from '../../api/snapshot';
import { PageTitle } from '../../app/page-title';
import { Icon } from '../../design/icon';
import { LoadState } from '../../design/load-state';
import { PageHeader } from '../../design/page-header';
import { RefreshProblem } from '../../design/refresh-problem';
import { RelativeTime } from '../../design/relative-time';
import { StatusChip } from '../../design/status-chip';
import {
  confidenceWord,
  phaseSentence,
  phaseWord,
  remedyWord,
  updateSourceWord,
} from '../failures/failure-words';
import { measuredSentence } from '../effect/effect-words';
import { OwnResults } from '../effect/own-results';
import { HoldSummary } from '../failures/hold-summary';
import { RemediateDialogs } from '../remediate/remediate-dialogs';
import { playbookTitle } from '../run/run-words';
import { remediationChips } from '../failures/remediation-chips';
import { AffectedMachines } from './affected-machines';
import { TrendChart } from './trend-chart';

/** One fingerprint: what it means, how it goes, what helps, and on which machines it is. */
@Component({
  selector: 'fm-fingerprint-page',
  imports: [
    AffectedMachines,
    DecimalPipe,
    HoldSummary,
    Icon,
    LoadState,
    MatButton,
    OwnResults,
    PageHeader,
    RefreshProblem,
    RelativeTime,
    RouterLink,
    StatusChip,
    TrendChart,
  ],
  templateUrl: './fingerprint-page.html',
  styleUrl: './fingerprint-page.scss',
})
export class FingerprintPage {
  readonly id = input('');

  readonly #api = inject(Api);
  readonly #dialogs = inject(RemediateDialogs);
  protected readonly session = inject(SessionState);

  protected readonly failure = snapshot({
    key: this.id,
    load: (id, signal) => this.#api.get(apiPath('fingerprints', id), fingerprintSchema, { signal }),
    affectedBy: ({ fingerprints, runs }, id) => fingerprints.includes(id) || runs.length > 0,
  });

  readonly #code = computed(() => this.failure.value()?.code ?? null);
  /** What the catalogue knows beyond the fingerprint; the page does without where there is no answer. */
  protected readonly entry = snapshot({
    key: this.#code,
    load: async (code, signal) =>
      code === null
        ? null
        : await this.#api.get(apiPath('error-codes', code), errorCodeSchema, { signal }),
    affectedBy: () => false,
  });

  protected readonly heading = computed(() => {
    const failure = this.failure.value();
    if (failure === null) return 'Failure';
    const code = [failure.code, failure.extendedCode].filter((part) => part !== null).join(' – ');
    return `${code} in ${phaseWord(failure.phase).toLowerCase()}`;
  });

  /** What helps instead of the reset and is no playbook: those are shown as proposals. */
  protected readonly remedies = computed(() => {
    const proposed: readonly string[] = (this.failure.value()?.proposals ?? []).map(
      ({ playbook }) => playbook,
    );
    const remedies = this.failure.value()?.guard?.betterRemedies ?? [];
    return remedies.flatMap((name) => (proposed.includes(name) ? [] : (remedyWord(name) ?? [])));
  });
  protected readonly proposed = computed(() => this.failure.value()?.proposals[0]?.playbook);
  protected readonly knownRemedy = computed(() => {
    const remedy = this.entry.value()?.remedy ?? null;
    return remedy === null ? null : remedyWord(remedy);
  });
  protected readonly remediationChips = computed(() => {
    const failure = this.failure.value();
    return failure === null ? [] : remediationChips(failure);
  });
  protected readonly hasRuns = computed(() => {
    const failure = this.failure.value();
    return failure !== null && (failure.activeRuns > 0 || Object.keys(failure.verdicts).length > 0);
  });

  /** Of this failure or of its kind. */
  protected readonly hasResults = computed(
    () =>
      this.hasRuns() ||
      (this.failure.value()?.proposals ?? []).some(({ measured }) => measured !== null),
  );

  protected readonly phaseWord = phaseWord;
  protected readonly phaseSentence = phaseSentence;
  protected readonly updateSourceWord = updateSourceWord;
  protected readonly confidenceWord = confidenceWord;
  protected readonly confidenceTone = (confidence: string) =>
    confidence === 'documented' || confidence === 'measured' ? 'good' : 'info';
  protected readonly measuredSentence = measuredSentence;
  protected readonly playbookTitle = playbookTitle;
  protected readonly newIcon = mdiNewBox;
  protected readonly guardIcon = mdiHandBackRightOutline;
  protected readonly cureIcon = mdiWrenchOutline;
  protected readonly unknownIcon = mdiHelpCircleOutline;

  constructor() {
    const title = inject(PageTitle);
    effect(() => {
      if (this.failure.value() !== null) title.set(this.heading());
    });
  }

  /** Opens the dialog for every machine on which this is open. */
  protected remediateAll(): void {
    const failure = this.failure.value();
    if (failure === null) return;
    void this.#dialogs.open({
      selection: { type: 'matching', filter: { fingerprintId: failure.id }, except: [] },
      fingerprint: { id: failure.id, label: this.heading() },
      playbook: this.proposed(),
    });
  }
}
