import { DecimalPipe } from '@angular/common';
import { Component, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { type Remediation, remediationPageSchema } from '@fleetmend/dashboard-api';
import { mdiWrenchOutline } from '@mdi/js';
import { Api } from '../../api/api';
import { pagedList } from '../../api/paged-list';
import { EmptyState } from '../../design/empty-state';
import { LoadState } from '../../design/load-state';
import { MoreRows } from '../../design/more-rows';
import { PageHeader } from '../../design/page-header';
import { RefreshProblem } from '../../design/refresh-problem';
import { RelativeTime } from '../../design/relative-time';
import { RowKeys } from '../../design/row-keys';
import { StatusChip } from '../../design/status-chip';
import { modeWord, playbookTitle } from '../run/run-words';
import { outcomeOf } from './outcome';
import { OutcomeBar } from './outcome-bar';

/** Every remediation, newest first. */
@Component({
  selector: 'fm-remediation-list',
  imports: [
    DecimalPipe,
    EmptyState,
    LoadState,
    MatButton,
    MoreRows,
    OutcomeBar,
    PageHeader,
    RefreshProblem,
    RelativeTime,
    RouterLink,
    RowKeys,
    StatusChip,
  ],
  templateUrl: './remediation-list.html',
  styleUrl: './remediation-list.scss',
})
export class RemediationList {
  readonly #api = inject(Api);

  protected readonly remediations = pagedList({
    filter: () => null,
    load: (_filter, page, signal) =>
      this.#api.get('/remediations', remediationPageSchema, { query: { ...page }, signal }),
    affectedBy: ({ remediations, runs }) => remediations.length + runs.length > 0,
    id: ({ id }: Remediation) => id,
  });

  /** The largest parts of the result in words. */
  protected best(remediation: Remediation): string {
    return outcomeOf(remediation)
      .slice(0, 3)
      .map(({ count, label }) => `${count.toLocaleString('en')} ${label.toLowerCase()}`)
      .join(', ');
  }

  protected readonly modeWord = modeWord;
  protected readonly playbookTitle = playbookTitle;
  protected readonly icon = mdiWrenchOutline;
}
