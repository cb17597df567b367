import { Component, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatDialog } from '@angular/material/dialog';
import { API_PREFIX, type EnrolmentToken } from '@fleetmend/dashboard-api';
import { mdiKeyOutline, mdiPlus } from '@mdi/js';
import { apiPath } from '../../api/api';
import { toApiError } from '../../api/api-error';
import { Confirm } from '../../design/confirm-dialog';
import { EmptyState } from '../../design/empty-state';
import { Icon } from '../../design/icon';
import { LoadState } from '../../design/load-state';
import { Notices } from '../../design/notices';
import { PageHeader } from '../../design/page-header';
import { RefreshProblem } from '../../design/refresh-problem';
import { RelativeTime } from '../../design/relative-time';
import { StatusChip, type Tone } from '../../design/status-chip';
import { TagList } from '../labels/tag-list';
import { EnrolmentTokens } from './enrolment-tokens';
import { NewTokenDialog, type NewTokenDialogData } from './new-token-dialog';

type State = EnrolmentToken['state'];

const states: Readonly<Record<State, { readonly word: string; readonly tone: Tone }>> = {
  active: { word: 'Active', tone: 'good' },
  expired: { word: 'Expired', tone: 'quiet' },
  'used-up': { word: 'Used up', tone: 'quiet' },
  revoked: { word: 'Revoked', tone: 'warn' },
};

/** The tokens with which machines join the fleet. */
@Component({
  selector: 'fm-enrolment-token-list',
  imports: [
    EmptyState,
    Icon,
    LoadState,
    MatButton,
    PageHeader,
    RefreshProblem,
    RelativeTime,
    StatusChip,
    TagList,
  ],
  providers: [EnrolmentTokens],
  templateUrl: './enrolment-token-list.html',
  styleUrl: './enrolment-token-list.scss',
})
export class EnrolmentTokenList {
  protected readonly tokens = inject(EnrolmentTokens);
  protected readonly commandScript = `${API_PREFIX}${apiPath(
    'playbooks',
    'reset-software-distribution',
    'command-script',
  )}`;
  protected readonly plus = mdiPlus;
  protected readonly key = mdiKeyOutline;
  protected readonly states = states;
  readonly #dialog = inject(MatDialog);
  readonly #confirm = inject(Confirm);
  readonly #notices = inject(Notices);

  protected uses({ uses, maximumUses }: EnrolmentToken): string {
    return maximumUses === null ? `${uses}, no limit` : `${uses} of ${maximumUses}`;
  }

  protected create(): void {
    this.#dialog.open<NewTokenDialog, NewTokenDialogData>(NewTokenDialog, {
      data: { create: (token) => this.tokens.create(token) },
      width: '640px',
    });
  }

  protected async revoke(token: EnrolmentToken): Promise<void> {
    const sure = await this.#confirm.ask({
      heading: `Revoke “${token.label}”?`,
      text: 'No machine can join with it any more. Machines that already did stay in the fleet.',
      action: 'Revoke',
      danger: true,
    });
    if (!sure) return;
    try {
      await this.tokens.revoke(token);
      this.#notices.tell(`“${token.label}” is revoked.`);
    } catch (error) {
      this.#notices.tell(`“${token.label}” is not revoked. ${toApiError(error).message}`);
    }
  }
}
