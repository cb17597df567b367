import { A11yModule, CdkTrapFocus } from '@angular/cdk/a11y';
import { BreakpointObserver } from '@angular/cdk/layout';
import { DOCUMENT } from '@angular/common';
import { Component, type ElementRef, inject, signal, viewChild } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { MatIconButton } from '@angular/material/button';
import { NavigationEnd, Router, RouterLink, RouterOutlet } from '@angular/router';
import { mdiClose, mdiMenu } from '@mdi/js';
import { filter, map, pairwise } from 'rxjs';
import { Icon } from '../design/icon';
import { EmergencyStopBanner } from '../features/emergency-stop/emergency-stop-banner';
import { EmergencyStopButton } from '../features/emergency-stop/emergency-stop-button';
import { EmergencyStopDialogs } from '../features/emergency-stop/emergency-stop-dialogs';
import { EmergencyStopState } from '../features/emergency-stop/emergency-stop-state';
import { ConnectionState } from './connection-state';
import { Logo } from '../design/logo';
import { Navigation } from './navigation';
import { ThemeMenu } from './theme-menu';
import { UserMenu } from './user-menu';

/** The frame around every page of a session: bar, navigation (a drawer below 900 px), and the page itself. */
@Component({
  selector: 'fm-shell',
  imports: [
    A11yModule,
    ConnectionState,
    EmergencyStopBanner,
    EmergencyStopButton,
    Icon,
    Logo,
    MatIconButton,
    Navigation,
    RouterLink,
    RouterOutlet,
    ThemeMenu,
    UserMenu,
  ],
  providers: [EmergencyStopDialogs, EmergencyStopState],
  templateUrl: './shell.html',
  styleUrl: './shell.scss',
  host: { '(document:keydown.escape)': 'close()' },
})
export class Shell {
  protected readonly menuIcon = mdiMenu;
  protected readonly closeIcon = mdiClose;
  protected readonly open = signal(false);
  private readonly main = viewChild.required<ElementRef<HTMLElement>>('main');
  private readonly menuButton = viewChild.required('menuButton', { read: MatIconButton });
  private readonly trap = viewChild.required(CdkTrapFocus);
  readonly #document = inject(DOCUMENT);

  constructor() {
    // Beside the page it's no drawer: nothing lies over the page, so nothing of it may be out of reach.
    inject(BreakpointObserver)
      .observe('(min-width: 900px)')
      .pipe(takeUntilDestroyed())
      .subscribe(({ matches }) => {
        if (matches) this.open.set(false);
      });
    inject(Router)
      .events.pipe(
        filter((event) => event instanceof NavigationEnd),
        map((event) => event.urlAfterRedirects.split(/[?#]/)[0]),
        pairwise(),
        filter(([from, to]) => from !== to),
        takeUntilDestroyed(),
      )
      .subscribe(() => {
        this.open.set(false);
        // A new page: the keyboard and the screen reader start at its beginning.
        this.toContent();
      });
  }

  protected toContent(): void {
    this.main().nativeElement.focus({ preventScroll: true });
  }

  protected skip(event: Event): void {
    event.preventDefault();
    this.toContent();
    this.#document.defaultView?.scrollTo(0, 0);
  }

  protected toggle(): void {
    this.open.set(!this.open());
    if (this.open()) void this.trap().focusTrap.focusFirstTabbableElementWhenReady();
  }

  protected close(): void {
    if (!this.open()) return;
    this.open.set(false);
    this.menuButton().focus();
  }
}
