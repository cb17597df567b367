import { Component, computed, inject } from '@angular/core';
import { MatIconButton } from '@angular/material/button';
import { MatMenu, MatMenuItem, MatMenuTrigger } from '@angular/material/menu';
import { Router, RouterLink } from '@angular/router';
import { mdiAccountCogOutline, mdiLogout } from '@mdi/js';
import { toApiError } from '../api/api-error';
import { SessionState } from '../api/session-state';
import { Sessions } from '../api/sessions';
import { Icon } from '../design/icon';
import { Notices } from '../design/notices';

/** Who is signed in, the way to the account, and out. */
@Component({
  selector: 'fm-user-menu',
  imports: [Icon, MatIconButton, MatMenu, MatMenuItem, MatMenuTrigger, RouterLink],
  template: `
    @if (user(); as user) {
      <button
        mat-icon-button
        type="button"
        [matMenuTriggerFor]="menu"
        [attr.aria-label]="'Account of ' + user.name"
      >
        <span class="initials" [attr.data-initials]="initials()"></span>
      </button>
      <mat-menu #menu="matMenu" xPosition="before">
        <div class="who" role="presentation">
          <strong>{{ user.name }}</strong>
          <span>{{ user.email }}</span>
          <span class="role">{{ user.role }}</span>
        </div>
        <a mat-menu-item routerLink="/account">
          <span class="line"><fm-icon [path]="account" /> Account</span>
        </a>
        <button mat-menu-item type="button" (click)="signOut()">
          <span class="line"><fm-icon [path]="out" /> Sign out</span>
        </button>
      </mat-menu>
    }
  `,
  styles: `
    .initials {
      display: grid;
      place-items: center;
      width: 30px;
      height: 30px;
      border-radius: 50%;
      color: var(--fm-accent-text);
      background: var(--fm-accent-soft);
      font: var(--fm-type-label);
      letter-spacing: 0.02em;
    }
    .initials::before {
      content: attr(data-initials);
    }
    .who {
      display: grid;
      max-width: 280px;
      padding: var(--fm-space-1) var(--fm-space-2) var(--fm-space-1h);
      margin-bottom: var(--fm-space-1);
      border-bottom: 1px solid var(--fm-line);
      overflow-wrap: anywhere;
    }
    .who span {
      color: var(--fm-text-muted);
      font: var(--fm-type-small);
    }
    .who .role::first-letter {
      text-transform: uppercase;
    }
    .line {
      display: flex;
      align-items: center;
      gap: var(--fm-space-1h);
    }
  `,
})
export class UserMenu {
  protected readonly user = inject(SessionState).user;
  protected readonly account = mdiAccountCogOutline;
  protected readonly out = mdiLogout;
  protected readonly initials = computed(() =>
    (this.user()?.name ?? '')
      .split(/\s+/)
      .map((word) => word.charAt(0))
      .slice(0, 2)
      .join('')
      .toUpperCase(),
  );
  readonly #sessions = inject(Sessions);
  readonly #router = inject(Router);
  readonly #notices = inject(Notices);

  protected async signOut(): Promise<void> {
    try {
      await this.#sessions.signOut();
    } catch (error) {
      this.#notices.tell(`You are still signed in. ${toApiError(error).message}`);
      return;
    }
    await this.#router.navigateByUrl('/sign-in');
  }
}
