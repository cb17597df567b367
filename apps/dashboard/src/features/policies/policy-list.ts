import { DecimalPipe } from '@angular/common';
import { Component, afterNextRender, inject, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatDialog } from '@angular/material/dialog';
import { Router, RouterLink } from '@angular/router';
import { mdiPlus, mdiShieldRefreshOutline } from '@mdi/js';
import { SessionState } from '../../api/session-state';
import { EmptyState } from '../../design/empty-state';
import { Icon } from '../../design/icon';
import { LoadState } from '../../design/load-state';
import { PageHeader } from '../../design/page-header';
import { RefreshProblem } from '../../design/refresh-problem';
import { RelativeTime } from '../../design/relative-time';
import { RowKeys } from '../../design/row-keys';
import { StatusChip } from '../../design/status-chip';
import { playbookTitle } from '../run/run-words';
import { Policies } from './policies';
import { PolicyDialog, type PolicyDialogData } from './policy-dialog';
import { POLICY_STATE_WORDS, verdictsWords } from './policy-words';

/** Every standing policy, by name. */
@Component({
  selector: 'fm-policy-list',
  imports: [
    DecimalPipe,
    EmptyState,
    Icon,
    LoadState,
    MatButton,
    PageHeader,
    RefreshProblem,
    RelativeTime,
    RouterLink,
    RowKeys,
    StatusChip,
  ],
  providers: [Policies],
  templateUrl: './policy-list.html',
  styleUrl: './policy-list.scss',
})
export class PolicyList {
  /** A failure for which a policy is to be made, as the page of the failure says in the address. */
  readonly failure = input<string | undefined>();

  readonly #dialog = inject(MatDialog);
  readonly #router = inject(Router);
  protected readonly session = inject(SessionState);
  protected readonly policies = inject(Policies);
  protected readonly states = POLICY_STATE_WORDS;
  protected readonly playbookTitle = playbookTitle;
  protected readonly verdictsWords = verdictsWords;
  protected readonly plus = mdiPlus;
  protected readonly icon = mdiShieldRefreshOutline;

  constructor() {
    afterNextRender(() => {
      if (this.failure() !== undefined && this.session.can('administrator')) this.create();
    });
  }

  protected create(): void {
    this.#dialog.open<PolicyDialog, PolicyDialogData>(PolicyDialog, {
      data: {
        policy: null,
        fingerprintId: this.failure() ?? null,
        save: async (plan) => {
          const { id } = await this.policies.create(plan);
          await this.#router.navigate(['/policies', id]);
        },
      },
      width: '680px',
    });
  }
}
