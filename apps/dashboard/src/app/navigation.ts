import { Component, inject, output } from '@angular/core';
import { RouterLink, RouterLinkActive } from '@angular/router';
import { type Role } from '@fleetmend/dashboard-api';
import {
  mdiAccountMultipleOutline,
  mdiAlertCircleOutline,
  mdiClipboardTextClockOutline,
  mdiKeyOutline,
  mdiMonitorMultiple,
  mdiPackageUp,
  mdiRocketLaunchOutline,
  mdiServerOutline,
  mdiShieldRefreshOutline,
  mdiStairsUp,
  mdiTuneVariant,
  mdiWrenchOutline,
} from '@mdi/js';
import { SessionState } from '../api/session-state';
import { Icon } from '../design/icon';

interface Place {
  readonly path: string;
  readonly name: string;
  readonly icon: string;
  readonly role: Role;
}

const fleet: readonly Place[] = [
  { path: '/failures', name: 'Failures', icon: mdiAlertCircleOutline, role: 'viewer' },
  { path: '/machines', name: 'Machines', icon: mdiMonitorMultiple, role: 'viewer' },
  { path: '/remediations', name: 'Remediations', icon: mdiWrenchOutline, role: 'viewer' },
  { path: '/campaigns', name: 'Campaigns', icon: mdiRocketLaunchOutline, role: 'viewer' },
  { path: '/escalations', name: 'Escalations', icon: mdiStairsUp, role: 'viewer' },
  { path: '/policies', name: 'Policies', icon: mdiShieldRefreshOutline, role: 'viewer' },
];

const administration: readonly Place[] = [
  { path: '/enrolment', name: 'Enrolment', icon: mdiKeyOutline, role: 'administrator' },
  { path: '/client-updates', name: 'Client updates', icon: mdiPackageUp, role: 'administrator' },
  {
    path: '/campaign-settings',
    name: 'Campaign settings',
    icon: mdiTuneVariant,
    role: 'administrator',
  },
  { path: '/users', name: 'Users', icon: mdiAccountMultipleOutline, role: 'administrator' },
  { path: '/audit', name: 'Audit', icon: mdiClipboardTextClockOutline, role: 'administrator' },
  { path: '/health', name: 'Server', icon: mdiServerOutline, role: 'viewer' },
];

/** The places of the dashboard that the person may go to. */
@Component({
  selector: 'fm-navigation',
  imports: [Icon, RouterLink, RouterLinkActive],
  template: `
    <nav aria-label="Main">
      @for (group of groups; track group.name) {
        <h2 [id]="group.id">{{ group.name }}</h2>
        <ul [attr.aria-labelledby]="group.id">
          @for (place of group.places; track place.path) {
            @if (state.can(place.role)) {
              <li>
                <a
                  [routerLink]="place.path"
                  routerLinkActive="here"
                  ariaCurrentWhenActive="page"
                  (click)="chosen.emit()"
                >
                  <fm-icon [path]="place.icon" />
                  {{ place.name }}
                </a>
              </li>
            }
          }
        </ul>
      }
    </nav>
  `,
  styles: `
    :host {
      display: block;
      padding: var(--fm-space-1) var(--fm-space-1h) var(--fm-space-3);
    }
    h2 {
      padding: var(--fm-space-2) var(--fm-space-1h) var(--fm-space-half);
      color: var(--fm-text-muted);
      font: var(--fm-type-label);
    }
    ul {
      display: grid;
      gap: 2px;
      list-style: none;
    }
    a {
      display: flex;
      align-items: center;
      gap: var(--fm-space-1h);
      min-height: 40px;
      padding: 0 var(--fm-space-1h);
      border-radius: 8px;
      color: var(--fm-text-muted);
      font: var(--fm-type-strong);
      text-decoration: none;
      transition: background-color var(--fm-quick) var(--fm-ease);
    }
    a:hover {
      color: var(--fm-text);
      background: var(--fm-hover);
    }
    a.here {
      color: var(--fm-accent-text);
      background: var(--fm-accent-soft);
    }
    /* A rail: the sign above its word. */
    @media (min-width: 900px) and (max-width: 1199px) {
      :host {
        padding: var(--fm-space-1) var(--fm-space-half);
      }
      h2 {
        height: 0;
        margin: var(--fm-space-1);
        padding: 0;
        overflow: hidden;
        border-top: 1px solid var(--fm-line);
      }
      h2:first-child {
        border: 0;
        margin: 0;
      }
      a {
        flex-direction: column;
        justify-content: center;
        gap: 3px;
        min-height: 56px;
        padding: 0;
        font: 550 11.5px/14px var(--fm-font);
      }
    }
  `,
})
export class Navigation {
  /** A place was chosen: the drawer may close. */
  readonly chosen = output();
  protected readonly state = inject(SessionState);
  protected readonly groups = [
    { id: 'nav-fleet', name: 'Fleet', places: fleet },
    { id: 'nav-administration', name: 'Administration', places: administration },
  ];
}
