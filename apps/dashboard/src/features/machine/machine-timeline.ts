import { Component, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import { type TimelineEntry, timelinePageSchema } from '@fleetmend/dashboard-api';
import {
  mdiAlertCircleOutline,
  mdiCheckCircleOutline,
  mdiKeyOutline,
  mdiShieldAlertOutline,
  mdiWrenchOutline,
} from '@mdi/js';
import { Api, apiPath } from '../../api/api';
import { pagedList } from '../../api/paged-list';
import { EmptyState } from '../../design/empty-state';
import { Icon } from '../../design/icon';
import { LoadState } from '../../design/load-state';
import { MoreRows } from '../../design/more-rows';
import { RefreshProblem } from '../../design/refresh-problem';
import { RelativeTime } from '../../design/relative-time';
import { StatusChip } from '../../design/status-chip';
import { evidenceSourceWord, phaseWord } from '../failures/failure-words';
import { RunStatus } from '../run/run-status';
import { modeWord, playbookTitle } from '../run/run-words';

const ICONS: Readonly<Record<TimelineEntry['kind'], string>> = {
  failure: mdiAlertCircleOutline,
  success: mdiCheckCircleOutline,
  run: mdiWrenchOutline,
  enrolled: mdiKeyOutline,
  'rejected-order': mdiShieldAlertOutline,
};

const SUCCESS_WORDS: Readonly<Record<string, string>> = {
  scan: 'Scan completed',
  download: 'Downloaded',
  install: 'Installed',
};

/** What happened to a machine, newest first. */
@Component({
  selector: 'fm-machine-timeline',
  imports: [
    EmptyState,
    Icon,
    LoadState,
    MoreRows,
    RefreshProblem,
    RelativeTime,
    RouterLink,
    RunStatus,
    StatusChip,
  ],
  templateUrl: './machine-timeline.html',
  styleUrl: './machine-timeline.scss',
})
export class MachineTimeline {
  readonly machineId = input('');

  readonly #api = inject(Api);

  protected readonly entries = pagedList({
    filter: this.machineId,
    load: (id, page, signal) =>
      this.#api.get(apiPath('machines', id, 'timeline'), timelinePageSchema, {
        query: { ...page },
        signal,
      }),
    affectedBy: ({ machines, runs }, items) =>
      machines.includes(this.machineId()) ||
      items.some((entry) => entry.kind === 'run' && runs.includes(entry.runId)),
    id: ({ kind, id }: TimelineEntry) => `${kind} ${id}`,
  });

  protected readonly icons = ICONS;
  protected readonly phaseWord = phaseWord;
  protected readonly playbookTitle = playbookTitle;
  protected readonly modeWord = modeWord;
  protected readonly evidenceSourceWord = evidenceSourceWord;

  protected successWord(phase: string): string {
    return SUCCESS_WORDS[phase] ?? 'Worked';
  }
}
