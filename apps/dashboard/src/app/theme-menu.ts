import { Component, computed, inject } from '@angular/core';
import { MatIconButton } from '@angular/material/button';
import { MatMenu, MatMenuItem, MatMenuTrigger } from '@angular/material/menu';
import { mdiCheck, mdiThemeLightDark, mdiWeatherNight, mdiWhiteBalanceSunny } from '@mdi/js';
import { Icon } from '../design/icon';
import { Theme, type ThemeChoice } from '../design/theme';

/** Light, dark, or as the system has it. */
@Component({
  selector: 'fm-theme-menu',
  imports: [Icon, MatIconButton, MatMenu, MatMenuItem, MatMenuTrigger],
  template: `
    <button mat-icon-button type="button" [matMenuTriggerFor]="menu" [attr.aria-label]="label()">
      <fm-icon [path]="current().icon" />
    </button>
    <mat-menu #menu="matMenu" xPosition="before">
      @for (choice of choices; track choice.id) {
        <button
          mat-menu-item
          type="button"
          role="menuitemradio"
          [attr.aria-checked]="theme.choice() === choice.id"
          (click)="theme.choose(choice.id)"
        >
          <span class="line">
            <fm-icon [path]="choice.icon" />
            <span class="name">{{ choice.name }}</span>
            @if (theme.choice() === choice.id) {
              <fm-icon [path]="check" [size]="18" />
            }
          </span>
        </button>
      }
    </mat-menu>
  `,
  styles: `
    .line {
      display: flex;
      align-items: center;
      gap: var(--fm-space-1h);
      min-width: 120px;
    }
    .name {
      flex: 1;
    }
  `,
})
export class ThemeMenu {
  protected readonly theme = inject(Theme);
  protected readonly check = mdiCheck;
  protected readonly choices: readonly { id: ThemeChoice; name: string; icon: string }[] = [
    { id: 'light', name: 'Light', icon: mdiWhiteBalanceSunny },
    { id: 'dark', name: 'Dark', icon: mdiWeatherNight },
    { id: 'system', name: 'System', icon: mdiThemeLightDark },
  ];
  protected readonly current = computed(() => {
    const chosen = this.choices.find((choice) => choice.id === this.theme.choice());
    return chosen ?? { id: 'system', name: 'System', icon: mdiThemeLightDark };
  });
  protected readonly label = computed(() => `Theme: ${this.current().name}`);
}
