import { Component, computed, inject, input, output } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { type PossibleDuplicate } from '@fleetmend/dashboard-api';
import { SessionState } from '../../api/session-state';
import { attempt } from '../../design/attempt';
import { RelativeTime } from '../../design/relative-time';
import { StatusChip } from '../../design/status-chip';
import { DuplicateComparison } from './duplicate-comparison';
import { DuplicateDecisions } from './duplicate-decisions';
import { evidenceSentence, kindWords } from './duplicate-words';

/** One pair: what it probably is, what speaks for it, and what an administrator can decide. */
@Component({
  selector: 'fm-duplicate-card',
  imports: [DuplicateComparison, MatButton, RelativeTime, StatusChip],
  template: `
    <section class="fm-card" [attr.aria-labelledby]="headingId()">
      <header>
        <h2 [id]="headingId()">{{ heading() }}</h2>
        <fm-status-chip tone="warn">{{ words().word }}</fm-status-chip>
        @if (session.can('administrator') && pair().state === 'open') {
          <button
            [matButton]="isClone() ? 'filled' : 'outlined'"
            type="button"
            [disabled]="attempt.busy()"
            [attr.aria-label]="'Two computers: dismiss ' + heading()"
            (click)="dismiss()"
          >
            Two computers…
          </button>
          <button
            [matButton]="isClone() ? 'outlined' : 'filled'"
            type="button"
            [disabled]="attempt.busy()"
            [attr.aria-label]="'Same computer: merge ' + heading()"
            (click)="merge()"
          >
            Same computer…
          </button>
        }
      </header>
      <div class="fm-card-body fm-stack">
        <p>{{ words().text }}</p>
        <p class="fm-muted">
          What they have in common: {{ evidence() }}. Noticed <fm-time [at]="pair().firstSeenAt" />.
        </p>
        <fm-duplicate-comparison [pair]="pair()" />
      </div>
    </section>
  `,
})
export class DuplicateCard {
  readonly pair = input.required<PossibleDuplicate>();
  /** Something was decided. */
  readonly decided = output();

  readonly #decisions = inject(DuplicateDecisions);
  protected readonly session = inject(SessionState);
  protected readonly attempt = attempt();
  protected readonly headingId = computed(() => `pair-${this.pair().id}`);
  protected readonly heading = computed(() => {
    const { newer, older } = this.pair();
    return newer.hostname.toLowerCase() === older.hostname.toLowerCase()
      ? `${newer.hostname}, twice`
      : `${newer.hostname} and ${older.hostname}`;
  });
  protected readonly words = computed(() => kindWords[this.pair().kind]);
  protected readonly evidence = computed(() => evidenceSentence(this.pair()));
  /** A clone is two computers: what is likely right stands out. */
  protected readonly isClone = computed(() => this.pair().kind === 'clone');

  protected merge(): Promise<void> {
    return this.attempt.make(async () => {
      if (await this.#decisions.merge(this.pair())) this.decided.emit();
    });
  }

  protected dismiss(): Promise<void> {
    return this.attempt.make(async () => {
      if (await this.#decisions.dismiss(this.pair())) this.decided.emit();
    });
  }
}
