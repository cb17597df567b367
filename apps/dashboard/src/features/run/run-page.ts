import { DecimalPipe } from '@angular/common';
import { Component, computed, effect, inject, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { Router, RouterLink } from '@angular/router';
import { type RunDetail, runDetailSchema, runSchema } from '@fleetmend/dashboard-api';
import { runLifeCycle } from '@fleetmend/domain';
import { Api, apiPath } from '../../api/api';
import { SessionState } from '../../api/session-state';
import { snapshot } from '../../api/snapshot';
import { PageTitle } from '../../app/page-title';
import { attempt } from '../../design/attempt';
import { Confirm } from '../../design/confirm-dialog';
import { LoadState } from '../../design/load-state';
import { Notices } from '../../design/notices';
import { PageHeader } from '../../design/page-header';
import { RefreshProblem } from '../../design/refresh-problem';
import { RelativeTime } from '../../design/relative-time';
import { MachineEscalations } from '../escalations/machine-escalations';
import { EvidenceLink } from '../evidence/evidence-link';
import { Presence } from '../machines/presence';
import { RunHistories } from './run-histories';
import { RunSteps } from './run-steps';
import { modeWord, nameWords, playbookTitle } from './run-words';
import { VerdictBanner } from './verdict-banner';

/** One run: its steps as they come, what came of it and how far that is proven, and what can be done about it. */
@Component({
  selector: 'fm-run-page',
  imports: [
    DecimalPipe,
    EvidenceLink,
    LoadState,
    MachineEscalations,
    MatButton,
    PageHeader,
    Presence,
    RefreshProblem,
    RelativeTime,
    RouterLink,
    RunHistories,
    RunSteps,
    VerdictBanner,
  ],
  templateUrl: './run-page.html',
  styleUrl: './run-page.scss',
})
export class RunPage {
  readonly id = input('');

  readonly #api = inject(Api);
  readonly #router = inject(Router);
  readonly #confirm = inject(Confirm);
  readonly #notices = inject(Notices);
  protected readonly session = inject(SessionState);

  protected readonly run = snapshot({
    key: this.id,
    load: (id, signal) => this.#api.get(apiPath('runs', id), runDetailSchema, { signal }),
    affectedBy: ({ runs, machines }, id, value) =>
      runs.includes(id) || (value !== null && machines.includes(value.machineId)),
  });

  protected readonly heading = computed(() => {
    const run = this.run.value();
    if (run === null) return 'Run';
    const title = playbookTitle(run.playbook);
    const what = run.mode === 'execute' ? title : `${modeWord(run.mode)}: ${title}`;
    return `${what} on ${run.hostname}`;
  });
  protected readonly ended = computed(() => {
    const run = this.run.value();
    return run !== null && runLifeCycle.isEnd(run.state);
  });
  protected readonly parameters = computed(() =>
    Object.entries(this.run.value()?.parameters ?? {}).map(([name, value]) => ({
      name: nameWords(name),
      value: typeof value === 'boolean' ? (value ? 'yes' : 'no') : value.toLocaleString('en'),
    })),
  );
  protected readonly attempt = attempt();
  protected readonly playbookTitle = playbookTitle;

  constructor() {
    const title = inject(PageTitle);
    effect(() => {
      if (this.run.value() !== null) title.set(this.heading());
    });
  }

  protected async cancel(run: RunDetail): Promise<void> {
    const yes = await this.#confirm.ask({
      heading: 'Cancel this run?',
      text: `${run.hostname} has not fetched the order yet, and will not do anything.`,
      action: 'Cancel the run',
      danger: true,
    });
    if (!yes) return;
    await this.attempt.make(async () => {
      await this.#api.send('POST', apiPath('runs', run.id, 'cancel'), {});
      this.#notices.tell('The run is cancelled.');
    });
    await this.run.reload();
  }

  protected async undo(run: RunDetail): Promise<void> {
    const yes = await this.#confirm.ask({
      heading: 'Undo this run?',
      text: `${run.hostname} puts back what this run had changed. What Windows has made since then is kept beside it.`,
      action: 'Undo the run',
      danger: true,
    });
    if (!yes) return;
    await this.attempt.make(async () => {
      const undo = await this.#api.post(
        apiPath('runs', run.id, 'undo'),
        {},
        runSchema.pick({ id: true }),
      );
      await this.#router.navigate(['/runs', undo.id]);
    });
    await this.run.reload();
  }
}
