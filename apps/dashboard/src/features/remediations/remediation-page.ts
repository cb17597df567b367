import { DecimalPipe } from '@angular/common';
import { Component, computed, effect, inject, input, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatButtonToggle, MatButtonToggleGroup } from '@angular/material/button-toggle';
import { RouterLink } from '@angular/router';
import { type Run, remediationSchema, runPageSchema } from '@fleetmend/dashboard-api';
import { mdiAccountAlertOutline, mdiWrenchOutline } from '@mdi/js';
import { Api, apiPath } from '../../api/api';
import { keysetPages } from '../../api/keyset-pages';
import { SessionState } from '../../api/session-state';
import { snapshot } from '../../api/snapshot';
import { PageTitle } from '../../app/page-title';
import { attempt } from '../../design/attempt';
import { Confirm } from '../../design/confirm-dialog';
import { EmptyState } from '../../design/empty-state';
import { Icon } from '../../design/icon';
import { LoadState } from '../../design/load-state';
import { Notices } from '../../design/notices';
import { PageHeader } from '../../design/page-header';
import { Pager } from '../../design/pager';
import { RefreshProblem } from '../../design/refresh-problem';
import { RelativeTime } from '../../design/relative-time';
import { RowKeys } from '../../design/row-keys';
import { StatusChip } from '../../design/status-chip';
import { Presence } from '../machines/presence';
import { RunStatus } from '../run/run-status';
import { modeWord, playbookTitle } from '../run/run-words';
import { OutcomeBar } from './outcome-bar';

type Shown = 'all' | 'active' | 'ended';

/** One remediation: how far it is, what came of it, and its runs, live. */
@Component({
  selector: 'fm-remediation-page',
  imports: [
    DecimalPipe,
    EmptyState,
    Icon,
    LoadState,
    MatButton,
    MatButtonToggle,
    MatButtonToggleGroup,
    OutcomeBar,
    PageHeader,
    Presence,
    Pager,
    RefreshProblem,
    RelativeTime,
    RouterLink,
    RowKeys,
    RunStatus,
    StatusChip,
  ],
  templateUrl: './remediation-page.html',
  styleUrl: './remediation-page.scss',
})
export class RemediationPage {
  readonly id = input('');

  readonly #api = inject(Api);
  readonly #confirm = inject(Confirm);
  readonly #notices = inject(Notices);
  protected readonly session = inject(SessionState);

  protected readonly remediation = snapshot({
    key: this.id,
    load: (id, signal) => this.#api.get(apiPath('remediations', id), remediationSchema, { signal }),
    affectedBy: ({ remediations, runs }, id, value) =>
      remediations.includes(id) || (runs.length > 0 && value?.ended !== true),
  });

  protected readonly shown = signal<Shown>('all');
  protected readonly runs = keysetPages({
    filter: computed(() => ({ remediationId: this.id(), state: this.shown() })),
    load: (filter, page, signal) =>
      this.#api.get('/runs', runPageSchema, { query: { ...filter, ...page }, signal }),
    affectedBy: ({ remediations, runs, machines }, items) =>
      remediations.includes(this.id()) ||
      items.some(({ id, machineId }) => runs.includes(id) || machines.includes(machineId)),
    id: ({ id }: Run) => id,
    pageSize: 100,
  });

  protected readonly heading = computed(() => {
    const remediation = this.remediation.value();
    if (remediation === null) return 'Remediation';
    const title = playbookTitle(remediation.playbook);
    return remediation.mode === 'execute'
      ? title
      : `${title}: ${modeWord(remediation.mode).toLowerCase()}`;
  });
  protected readonly ended = computed(() => this.remediation.value()?.states['ended'] ?? 0);
  protected readonly queued = computed(() => this.remediation.value()?.states['queued'] ?? 0);
  protected readonly attempt = attempt();
  protected readonly overrideIcon = mdiAccountAlertOutline;
  protected readonly emptyIcon = mdiWrenchOutline;

  constructor() {
    const title = inject(PageTitle);
    effect(() => {
      if (this.remediation.value() !== null) title.set(this.heading());
    });
  }

  protected show(which: unknown): void {
    this.shown.set(which === 'active' || which === 'ended' ? which : 'all');
  }

  protected async cancel(): Promise<void> {
    const count = this.queued();
    const yes = await this.#confirm.ask({
      heading: `Cancel ${count.toLocaleString('en')} waiting ${count === 1 ? 'run' : 'runs'}?`,
      text: 'Machines that have not fetched their order yet will not do anything. Runs that have begun go on to their end.',
      action: 'Cancel the waiting runs',
      danger: true,
    });
    if (!yes) return;
    await this.attempt.make(async () => {
      await this.#api.send('POST', apiPath('remediations', this.id(), 'cancel'), {});
      this.#notices.tell('The waiting runs are cancelled.');
    });
    await Promise.all([this.remediation.reload(), this.runs.reload()]);
  }
}
