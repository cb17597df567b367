import { Component, DOCUMENT, computed, effect, inject, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { API_PREFIX } from '@fleetmend/dashboard-api';
import { mdiArrowLeft, mdiFileDelimitedOutline, mdiPrinterOutline } from '@mdi/js';
import { Api, apiPath } from '../../api/api';
import { snapshot } from '../../api/snapshot';
import { PageTitle } from '../../app/page-title';
import { Icon } from '../../design/icon';
import { LoadState } from '../../design/load-state';
import { RefreshProblem } from '../../design/refresh-problem';
import { exactTime } from '../../design/relative-time';
import { OUTCOME_WORDS, campaignChip } from '../campaigns/campaign-words';
import { verdictWords } from '../run/run-words';
import { comparisonWords } from './comparison-words';
import { machineWords, numberWords } from './count-words';
import { movedTo, subjectOf } from './feed-words';
import { progressWords } from './head-words';
import { planWords } from './plan-words';
import { loadReport } from './report-data';
import { tallyParts } from './tally-words';
import { waveWords } from './wave-words';

/** What a campaign was for and what became of it, on paper. */
@Component({
  selector: 'fm-campaign-report',
  imports: [Icon, LoadState, MatButton, RefreshProblem, RouterLink],
  templateUrl: './campaign-report.html',
  styleUrl: './campaign-report.scss',
})
export class CampaignReport {
  readonly id = input('');

  readonly #api = inject(Api);
  readonly #window = inject(DOCUMENT).defaultView;

  protected readonly report = snapshot({
    key: this.id,
    load: (id, signal) => loadReport(this.#api, id, signal),
    affectedBy: ({ campaigns }, id) => campaigns.includes(id),
  });

  protected readonly csv = computed(
    () => `${API_PREFIX}${apiPath('campaigns', this.id(), 'report.csv')}`,
  );
  protected readonly plan = computed(() => {
    const report = this.report.value();
    return report === null ? [] : planWords(report.campaign);
  });
  protected readonly cells = computed(() =>
    [...(this.report.value()?.matrix.cells ?? [])].sort((a, b) => b.machines - a.machines),
  );
  protected readonly recurred = computed(() =>
    this.cells()
      .filter(({ verdict }) => verdict === 'recurred')
      .reduce((sum, { machines }) => sum + machines, 0),
  );

  protected readonly backIcon = mdiArrowLeft;
  protected readonly printIcon = mdiPrinterOutline;
  protected readonly csvIcon = mdiFileDelimitedOutline;
  protected readonly exactTime = exactTime;
  protected readonly chip = campaignChip;
  protected readonly comparisonWords = comparisonWords;
  protected readonly progressWords = progressWords;
  protected readonly machineWords = machineWords;
  protected readonly numberWords = numberWords;
  protected readonly tallyParts = tallyParts;
  protected readonly verdictWords = verdictWords;
  protected readonly outcomes = OUTCOME_WORDS;
  protected readonly waveWords = waveWords;
  protected readonly movedTo = movedTo;
  protected readonly subjectOf = subjectOf;

  constructor() {
    const title = inject(PageTitle);
    effect(() => {
      const report = this.report.value();
      if (report !== null) title.set(`Report: ${report.campaign.name}`);
    });
  }

  protected time(at: string | null): string {
    return at === null ? '–' : exactTime(at);
  }

  protected print(): void {
    this.#window?.print();
  }
}
