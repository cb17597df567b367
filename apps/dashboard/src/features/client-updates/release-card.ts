import { DecimalPipe } from '@angular/common';
import { Component, computed, input, output, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import type { Release } from '@fleetmend/dashboard-api';
import { mdiAlertOutline } from '@mdi/js';
import { byteWords } from '../../design/byte-words';
import { elementId } from '../../design/control-problem';
import { Icon } from '../../design/icon';
import { RelativeTime } from '../../design/relative-time';
import { StatusChip } from '../../design/status-chip';
import { ReleaseMachines } from './release-machines';
import { RolloutBar } from './rollout-bar';
import { releaseWords, rolloutWords } from './update-words';

/** What an administrator wants done with a release. */
export type ReleaseAction = 'roll-out' | 'pause' | 'halt' | 'remove';

/** One release: how far it is rolled out, how machines fare with it, and what can be done. */
@Component({
  selector: 'fm-release-card',
  imports: [DecimalPipe, Icon, MatButton, RelativeTime, ReleaseMachines, RolloutBar, StatusChip],
  templateUrl: './release-card.html',
  styles: `
    .kind {
      color: var(--fm-text-muted);
      font: var(--fm-type-body);
    }
    .fm-card > header > h2 {
      margin-inline-end: 0;
    }
    .actions {
      display: flex;
      flex-wrap: wrap;
      gap: var(--fm-space-1);
      margin-inline-start: auto;
    }
    .fm-facts {
      margin: 0;
    }
    code {
      font: var(--fm-type-code);
    }
  `,
})
export class ReleaseCard {
  readonly release = input.required<Release>();
  readonly busy = input(false);
  readonly wanted = output<ReleaseAction>();

  protected readonly id = elementId();
  protected readonly open = signal(false);
  protected readonly words = releaseWords;
  protected readonly alert = mdiAlertOutline;
  protected readonly rollout = computed(() => rolloutWords(this.release()));
  protected readonly size = computed(() => byteWords(this.release().size));
  protected readonly told = computed(() =>
    Object.values(this.release().machines).reduce((sum, count) => sum + count, 0),
  );
  protected readonly canRollOut = computed(() => this.release().state !== 'incomplete');
  protected readonly canHalt = computed(() => ['rolling', 'paused'].includes(this.release().state));
}
