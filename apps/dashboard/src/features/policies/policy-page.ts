import { DecimalPipe } from '@angular/common';
import { Component, computed, effect, inject, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatDialog } from '@angular/material/dialog';
import { Router, RouterLink } from '@angular/router';
import { type Policy, policyRehearsalSchema, policySchema } from '@fleetmend/dashboard-api';
import type { PolicyState } from '@fleetmend/domain';
import { Api, apiPath } from '../../api/api';
import { SessionState } from '../../api/session-state';
import { snapshot } from '../../api/snapshot';
import { PageTitle } from '../../app/page-title';
import { attempt } from '../../design/attempt';
import { Confirm } from '../../design/confirm-dialog';
import { LoadState } from '../../design/load-state';
import { PageHeader } from '../../design/page-header';
import { RefreshProblem } from '../../design/refresh-problem';
import { RelativeTime } from '../../design/relative-time';
import { StatusChip } from '../../design/status-chip';
import { filterWords } from '../campaign-wizard/review/filter-words';
import { playbookTitle } from '../run/run-words';
import { Policies } from './policies';
import { PolicyDialog, type PolicyDialogData } from './policy-dialog';
import { PolicyRehearsalCard } from './policy-rehearsal-card';
import { PolicyStateDialog, type PolicyStateDialogData } from './policy-state-dialog';
import { POLICY_STATE_WORDS, verdictsWords, windowsWords } from './policy-words';

/** One policy: what it is for, how it stands, and what it would have done. */
@Component({
  selector: 'fm-policy-page',
  imports: [
    DecimalPipe,
    LoadState,
    MatButton,
    PageHeader,
    PolicyRehearsalCard,
    RefreshProblem,
    RelativeTime,
    RouterLink,
    StatusChip,
  ],
  providers: [Policies],
  templateUrl: './policy-page.html',
  styleUrl: './policy-page.scss',
})
export class PolicyPage {
  readonly id = input('');

  readonly #api = inject(Api);
  readonly #dialog = inject(MatDialog);
  readonly #confirm = inject(Confirm);
  readonly #router = inject(Router);
  readonly #policies = inject(Policies);
  protected readonly session = inject(SessionState);

  protected readonly policy = snapshot({
    key: this.id,
    load: (id, signal) => this.#api.get(apiPath('policies', id), policySchema, { signal }),
    affectedBy: ({ lists, runs }) => lists.includes('policies') || runs.length > 0,
  });
  protected readonly rehearsal = snapshot({
    key: this.id,
    load: (id, signal) =>
      this.#api.get(apiPath('policies', id, 'rehearsal'), policyRehearsalSchema, { signal }),
    affectedBy: ({ lists, runs }) => lists.includes('policies') || runs.length > 0,
  });

  protected readonly attempt = attempt();
  protected readonly states = POLICY_STATE_WORDS;
  protected readonly playbookTitle = playbookTitle;
  protected readonly filterWords = filterWords;
  protected readonly windowsWords = windowsWords;
  protected readonly verdictsWords = verdictsWords;
  /** Where the guard was overridden: only then anything is to be said of it. */
  protected readonly override = computed(() => this.policy.value()?.overrideReason ?? null);

  constructor() {
    const title = inject(PageTitle);
    effect(() => {
      const name = this.policy.value()?.name;
      if (name !== undefined) title.set(name);
    });
  }

  protected move(policy: Policy, to: PolicyState): void {
    this.#dialog.open<PolicyStateDialog, PolicyStateDialogData>(PolicyStateDialog, {
      data: {
        ...{ policy, to },
        move: async (request) => {
          const moved = await this.#policies.switch(policy.id, request);
          this.policy.update(() => moved);
          void this.rehearsal.reload();
        },
      },
      width: '560px',
    });
  }

  protected change(policy: Policy): void {
    this.#dialog.open<PolicyDialog, PolicyDialogData>(PolicyDialog, {
      data: {
        ...{ policy, fingerprintId: null },
        save: async (plan) => {
          const changed = await this.#policies.change(policy.id, plan);
          this.policy.update(() => changed);
          void this.rehearsal.reload();
        },
      },
      width: '680px',
    });
  }

  protected async remove(policy: Policy): Promise<void> {
    const yes = await this.#confirm.ask({
      heading: `Delete “${policy.name}”?`,
      text: 'Its runs and what the audit log has of it stay.',
      action: 'Delete',
      danger: true,
    });
    if (!yes) return;
    await this.attempt.make(async () => {
      await this.#policies.remove(policy.id);
      await this.#router.navigate(['/policies']);
    });
  }
}
