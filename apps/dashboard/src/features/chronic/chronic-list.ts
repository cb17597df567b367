import { Component, inject } from '@angular/core';
import { RouterLink } from '@angular/router';
import { type ChronicMachine, chronicMachinePageSchema } from '@fleetmend/dashboard-api';
import { mdiHandHeartOutline, mdiLifebuoy } from '@mdi/js';
import { Api } from '../../api/api';
import { keysetPages } from '../../api/keyset-pages';
import { EmptyState } from '../../design/empty-state';
import { Icon } from '../../design/icon';
import { LoadState } from '../../design/load-state';
import { PageHeader } from '../../design/page-header';
import { Pager } from '../../design/pager';
import { RefreshProblem } from '../../design/refresh-problem';
import { RelativeTime } from '../../design/relative-time';
import { StatusChip } from '../../design/status-chip';
import { chronicSentence } from '../effect/effect-words';
import { EvidenceLink } from '../evidence/evidence-link';
import { Presence } from '../machines/presence';
import { playbookTitle } from '../run/run-words';
import { RunStatus } from '../run/run-status';

/** Machines that more of the same won't help, why, and what is left to do. */
@Component({
  selector: 'fm-chronic-list',
  imports: [
    EmptyState,
    EvidenceLink,
    Icon,
    LoadState,
    PageHeader,
    Pager,
    Presence,
    RefreshProblem,
    RelativeTime,
    RouterLink,
    RunStatus,
    StatusChip,
  ],
  templateUrl: './chronic-list.html',
  styleUrl: './chronic-list.scss',
})
export class ChronicList {
  readonly #api = inject(Api);

  protected readonly machines = keysetPages({
    filter: () => null,
    load: (_filter, page, signal) =>
      this.#api.get('/machines/chronic', chronicMachinePageSchema, {
        query: { ...page },
        signal,
      }),
    affectedBy: ({ runs }) => runs.length > 0,
    id: ({ machineId }: ChronicMachine) => machineId,
    pageSize: 50,
  });

  protected readonly chronicSentence = chronicSentence;
  protected readonly playbookTitle = playbookTitle;
  protected readonly adviceIcon = mdiLifebuoy;
  protected readonly fineIcon = mdiHandHeartOutline;
}
