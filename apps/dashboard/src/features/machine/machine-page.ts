import { DecimalPipe } from '@angular/common';
import { Component, computed, effect, inject, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { type MachineDetail, machineDetailSchema, runDetailSchema } from '@fleetmend/dashboard-api';
import { CHRONIC_ADVICE } from '@fleetmend/domain';
import { mdiCheckDecagramOutline, mdiContentDuplicate, mdiLifebuoy } from '@mdi/js';
import { Api, apiPath } from '../../api/api';
import { SessionState } from '../../api/session-state';
import { snapshot } from '../../api/snapshot';
import { PageTitle } from '../../app/page-title';
import { attempt } from '../../design/attempt';
import { Confirm } from '../../design/confirm-dialog';
import { Icon } from '../../design/icon';
import { LoadState } from '../../design/load-state';
import { Notices } from '../../design/notices';
import { PageHeader } from '../../design/page-header';
import { RefreshProblem } from '../../design/refresh-problem';
import { RelativeTime } from '../../design/relative-time';
import { StatusChip } from '../../design/status-chip';
import { MachineDuplicates } from '../duplicates/machine-duplicates';
import { chronicSentence } from '../effect/effect-words';
import { MachineEscalations } from '../escalations/machine-escalations';
import { EvidenceLink } from '../evidence/evidence-link';
import { phaseWord } from '../failures/failure-words';
import { Presence } from '../machines/presence';
import { RemediateDialogs } from '../remediate/remediate-dialogs';
import { RunSteps } from '../run/run-steps';
import { RunStatus } from '../run/run-status';
import { playbookTitle } from '../run/run-words';
import { MachineBackups } from './machine-backups';
import { MachineCampaigns } from './machine-campaigns';
import { MachineFacts } from './machine-facts';
import { MachineLabels } from './machine-labels';
import { MachineObstacles } from './machine-obstacles';
import { MachineTimeline } from './machine-timeline';

type OpenFailure = MachineDetail['fingerprints'][number];

/** One machine: what fails on it, what runs on it now, what it says of itself, and what happened to it. */
@Component({
  selector: 'fm-machine-page',
  imports: [
    DecimalPipe,
    EvidenceLink,
    Icon,
    LoadState,
    MachineCampaigns,
    MachineBackups,
    MachineDuplicates,
    MachineEscalations,
    MachineFacts,
    MachineLabels,
    MachineObstacles,
    MachineTimeline,
    MatButton,
    PageHeader,
    Presence,
    RefreshProblem,
    RelativeTime,
    RouterLink,
    RunStatus,
    RunSteps,
    StatusChip,
  ],
  templateUrl: './machine-page.html',
  styleUrl: './machine-page.scss',
})
export class MachinePage {
  readonly id = input('');

  readonly #api = inject(Api);
  readonly #confirm = inject(Confirm);
  readonly #notices = inject(Notices);
  readonly #dialogs = inject(RemediateDialogs);
  protected readonly session = inject(SessionState);

  protected readonly machine = snapshot({
    key: this.id,
    load: (id, signal) => this.#api.get(apiPath('machines', id), machineDetailSchema, { signal }),
    affectedBy: ({ machines, runs }, id, value) =>
      machines.includes(id) || (value?.activeRunId != null && runs.includes(value.activeRunId)),
  });

  readonly #activeRunId = computed(() => this.machine.value()?.activeRunId ?? null);
  protected readonly run = snapshot({
    key: this.#activeRunId,
    load: async (id, signal) =>
      id === null ? null : await this.#api.get(apiPath('runs', id), runDetailSchema, { signal }),
    affectedBy: ({ runs }, id) => id !== null && runs.includes(id),
  });

  protected readonly open = computed(() =>
    (this.machine.value()?.fingerprints ?? []).filter(({ state }) => state === 'open'),
  );
  protected readonly canRemediate = computed(() => {
    const machine = this.machine.value();
    return (
      machine !== null &&
      machine.retiredAt === null &&
      machine.activeRunId === null &&
      this.session.can('operator')
    );
  });
  protected readonly attempt = attempt();

  protected readonly phaseWord = phaseWord;
  protected readonly playbookTitle = playbookTitle;
  protected readonly cloneIcon = mdiContentDuplicate;
  protected readonly chronicIcon = mdiLifebuoy;
  protected readonly chronicSentence = chronicSentence;
  protected readonly chronicAdvice = CHRONIC_ADVICE;
  protected readonly fineIcon = mdiCheckDecagramOutline;

  constructor() {
    const title = inject(PageTitle);
    effect(() => {
      const hostname = this.machine.value()?.hostname;
      if (hostname !== undefined) title.set(hostname);
    });
  }

  protected remediate(machine: MachineDetail, failure?: OpenFailure): void {
    void this.#dialogs.open({
      selection: { type: 'machines', machineIds: [machine.id] },
      ...(failure === undefined
        ? {}
        : {
            fingerprint: {
              id: failure.fingerprintId,
              label: `${failure.code} in ${phaseWord(failure.phase).toLowerCase()}`,
            },
          }),
    });
  }

  protected async retire(machine: MachineDetail): Promise<void> {
    const yes = await this.#confirm.ask({
      heading: `Retire ${machine.hostname}?`,
      text: 'Its key is refused from now on, and it disappears from the lists. What happened to it stays. To come back it has to be enrolled anew.',
      action: 'Retire the machine',
      danger: true,
    });
    if (!yes) return;
    await this.attempt.make(async () => {
      await this.#api.send('DELETE', apiPath('machines', machine.id));
      this.#notices.tell(`${machine.hostname} is retired.`);
    });
    await this.machine.reload();
  }
}
