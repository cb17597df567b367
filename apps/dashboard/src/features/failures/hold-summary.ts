import { Component, computed, input } from '@angular/core';
import { type Verdict, VERDICTS, provesRecovery, toneOf } from '@fleetmend/domain';
import { mdiAlertCircleOutline, mdiCheckCircleOutline, mdiProgressClock } from '@mdi/js';
import { Icon } from '../../design/icon';

/** What the runs for a fingerprint came to. */
export interface Hold {
  /** Proven gone. */
  readonly held: number;
  /** Proven still there, or made worse. */
  readonly failed: number;
  /** Ended without a proof either way; dry runs, undone and cancelled ones don't count at all. */
  readonly open: number;
}

const NO_TRY: readonly Verdict[] = [
  'done',
  'dry-run-done',
  'undone',
  'cancelled',
  'expired',
  'skipped',
];

/** Sums up ended runs by verdict: does the cure hold? */
export function holdOf(verdicts: Readonly<Record<string, number>>): Hold {
  let held = 0;
  let failed = 0;
  let open = 0;
  for (const [name, count] of Object.entries(verdicts)) {
    const verdict = VERDICTS.find((known) => known === name);
    if (verdict !== undefined && NO_TRY.includes(verdict)) continue;
    if (verdict !== undefined && provesRecovery(verdict)) held += count;
    else if (verdict !== undefined && toneOf(verdict) === 'bad') failed += count;
    else open += count;
  }
  return { held, failed, open };
}

/** Whether the cure held where it was tried: "31 of 33 held". */
@Component({
  selector: 'fm-hold-summary',
  imports: [Icon],
  template: `
    @if (hold().held + hold().failed > 0) {
      <span class="line" [attr.data-tone]="hold().failed > hold().held ? 'bad' : 'good'">
        <fm-icon [path]="hold().failed > hold().held ? bad : good" [size]="16" />
        {{ hold().held }} of {{ hold().held + hold().failed }} held
      </span>
    }
    @if (hold().open > 0) {
      <span class="line fm-muted">{{ hold().open }} not proven yet</span>
    }
    @if (activeRuns() > 0) {
      <span class="line" data-tone="active">
        <fm-icon [path]="running" [size]="16" />{{ activeRuns() }} running
      </span>
    }
    @if (untried()) {
      <span class="line fm-muted">Not tried yet</span>
    }
  `,
  styles: `
    :host {
      display: flex;
      flex-wrap: wrap;
      gap: 0 var(--fm-space-1h);
      font: var(--fm-type-small);
    }
    .line {
      display: inline-flex;
      align-items: center;
      gap: var(--fm-space-half);
      white-space: nowrap;
    }
    [data-tone='good'] {
      color: var(--fm-good-text);
    }
    [data-tone='bad'] {
      color: var(--fm-bad-text);
    }
    [data-tone='active'] {
      color: var(--fm-accent-text);
    }
  `,
})
export class HoldSummary {
  /** Ended runs by verdict. */
  readonly verdicts = input.required<Readonly<Record<string, number>>>();
  readonly activeRuns = input.required<number>();

  protected readonly hold = computed(() => holdOf(this.verdicts()));
  protected readonly untried = computed(() => {
    const { held, failed, open } = this.hold();
    return held + failed + open + this.activeRuns() === 0;
  });
  protected readonly good = mdiCheckCircleOutline;
  protected readonly bad = mdiAlertCircleOutline;
  protected readonly running = mdiProgressClock;
}
