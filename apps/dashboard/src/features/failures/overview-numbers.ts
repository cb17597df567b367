import { DecimalPipe } from '@angular/common';
import { Component, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { Overview } from '@fleetmend/dashboard-api';

/** The fleet in a line of numbers; each leads to what it counts. */
@Component({
  selector: 'fm-overview-numbers',
  imports: [DecimalPipe, RouterLink],
  template: `
    <ul>
      <li>
        <a routerLink="/machines" [queryParams]="{ failing: 'true' }">
          <span class="label">Machines that fail</span>
          <span class="number" [class.bad]="(overview()?.failingMachines ?? 0) > 0">
            {{ (overview()?.failingMachines | number) ?? '–' }}
          </span>
          <span class="note">of {{ (overview()?.machines | number) ?? '–' }} enrolled</span>
        </a>
      </li>
      <li>
        <div>
          <span class="label">Different failures</span>
          <span class="number">{{ (overview()?.openFingerprints | number) ?? '–' }}</span>
          <span class="note"
            >{{ (overview()?.newFingerprints | number) ?? '–' }} new in the last 24 hours</span
          >
        </div>
      </li>
      <li>
        <a routerLink="/remediations">
          <span class="label">Runs under way</span>
          <span class="number">{{ (overview()?.activeRuns | number) ?? '–' }}</span>
          <span class="note">of all remediations</span>
        </a>
      </li>
      <li>
        <div>
          <span class="label">Fixed</span>
          <span class="number" [class.good]="(overview()?.fixedLast7Days ?? 0) > 0">
            {{ (overview()?.fixedLast7Days | number) ?? '–' }}
          </span>
          <span class="note">machines in the last 7 days</span>
        </div>
      </li>
      <li>
        <a routerLink="/machines" [queryParams]="{ online: 'true' }">
          <span class="label">Online now</span>
          <span class="number">{{ (overview()?.online | number) ?? '–' }}</span>
          <span class="note">of {{ (overview()?.machines | number) ?? '–' }} machines</span>
        </a>
      </li>
    </ul>
  `,
  styleUrl: './overview-numbers.scss',
})
export class OverviewNumbers {
  /** Null while it loads. */
  readonly overview = input.required<Overview | null>();
}
