import { Component, inject } from '@angular/core';
import { MatButton, MatIconButton } from '@angular/material/button';
import { MatDialog } from '@angular/material/dialog';
import { MatMenu, MatMenuItem, MatMenuTrigger } from '@angular/material/menu';
import { type User, type UserChange } from '@fleetmend/dashboard-api';
import { mdiDotsVertical, mdiPlus } from '@mdi/js';
import { toApiError } from '../../api/api-error';
import { SessionState } from '../../api/session-state';
import { Confirm } from '../../design/confirm-dialog';
import { Icon } from '../../design/icon';
import { LoadState } from '../../design/load-state';
import { Notices } from '../../design/notices';
import { PageHeader } from '../../design/page-header';
import { RefreshProblem } from '../../design/refresh-problem';
import { RelativeTime } from '../../design/relative-time';
import { StatusChip } from '../../design/status-chip';
import { AddUserDialog, type AddUserDialogData } from './add-user-dialog';
import { ChangeUserDialog, type ChangeUserDialogData } from './change-user-dialog';
import { ResetPasswordDialog, type ResetPasswordDialogData } from './reset-password-dialog';
import { roleMeanings, roleNames } from './role-words';
import { Users } from './users';

/** Who may sign in, and what they may do. */
@Component({
  selector: 'fm-user-list',
  imports: [
    Icon,
    LoadState,
    MatButton,
    MatIconButton,
    MatMenu,
    MatMenuItem,
    MatMenuTrigger,
    PageHeader,
    RefreshProblem,
    RelativeTime,
    StatusChip,
  ],
  providers: [Users],
  templateUrl: './user-list.html',
})
export class UserList {
  protected readonly users = inject(Users);
  protected readonly plus = mdiPlus;
  protected readonly dots = mdiDotsVertical;
  protected readonly roleNames = roleNames;
  protected readonly roleMeanings = roleMeanings;
  readonly #me = inject(SessionState).user;
  readonly #dialog = inject(MatDialog);
  readonly #confirm = inject(Confirm);
  readonly #notices = inject(Notices);

  protected isMe(user: User): boolean {
    return user.id === this.#me()?.id;
  }

  protected add(): void {
    const data: AddUserDialogData = { add: (user) => this.users.add(user) };
    this.#dialog.open(AddUserDialog, { data });
  }

  protected edit(user: User): void {
    const data: ChangeUserDialogData = {
      user,
      change: (change) => this.users.change(user, change),
    };
    this.#dialog.open(ChangeUserDialog, { data });
  }

  protected resetPassword(user: User): void {
    const data: ResetPasswordDialogData = {
      user,
      change: (change) => this.users.change(user, change),
    };
    this.#dialog.open(ResetPasswordDialog, { data });
  }

  protected async disable(user: User): Promise<void> {
    const sure = await this.#confirm.ask({
      heading: `Disable ${user.name}?`,
      text: 'Their sessions end at once, and they can no longer sign in. What they did stays in the audit log.',
      action: 'Disable',
      danger: true,
    });
    if (sure) await this.#apply(user, { disabled: true }, `${user.name} can no longer sign in.`);
  }

  protected async enable(user: User): Promise<void> {
    await this.#apply(user, { disabled: false }, `${user.name} can sign in again.`);
  }

  async #apply(user: User, change: UserChange, done: string): Promise<void> {
    try {
      await this.users.change(user, change);
      this.#notices.tell(done);
    } catch (error) {
      this.#notices.tell(toApiError(error).message);
    }
  }
}
