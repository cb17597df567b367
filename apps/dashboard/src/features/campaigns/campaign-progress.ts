import { Component, computed, input } from '@angular/core';
import type { Campaign } from '@fleetmend/dashboard-api';
import { campaignOutcome } from './campaign-outcome';

/** What the machines of a campaign came to: a bar in parts, and the same in words. */
@Component({
  selector: 'fm-campaign-progress',
  template: `
    <div class="bar" aria-hidden="true">
      @for (part of parts(); track part.outcome) {
        <span
          [attr.data-outcome]="part.outcome"
          [style.flex-grow]="part.count"
          [title]="part.label + ': ' + part.count"
        ></span>
      }
    </div>
    <p>{{ words() }}</p>
  `,
  styles: `
    :host {
      display: block;
    }
    .bar {
      display: flex;
      gap: 2px;
      height: 10px;
      overflow: hidden;
      border-radius: var(--fm-radius-round);
      background: var(--fm-quiet-soft);
    }
    span {
      flex: 1 1 0;
      min-width: 3px;
      transition: flex-grow var(--fm-calm) var(--fm-ease);
    }
    [data-outcome='success'] {
      background: var(--fm-good);
    }
    [data-outcome='soft'] {
      background: var(--fm-warn);
    }
    [data-outcome='hard'] {
      background: var(--fm-bad);
    }
    [data-outcome='open'] {
      background: var(--fm-line);
    }
    [data-outcome='left-out'] {
      background: repeating-linear-gradient(
        135deg,
        var(--fm-line-strong) 0 2px,
        var(--fm-quiet-soft) 2px 5px
      );
    }
    p {
      margin-top: var(--fm-space-half);
      color: var(--fm-text-muted);
      font: var(--fm-type-small);
    }
  `,
})
export class CampaignProgress {
  readonly tally = input.required<Campaign['tally']>();

  protected readonly parts = computed(() => campaignOutcome(this.tally()));
  protected readonly words = computed(() => {
    const parts = this.parts();
    if (parts.length === 0) return 'No machines yet';
    return parts
      .map(({ count, label }) => `${count.toLocaleString('en')} ${label.toLowerCase()}`)
      .join(', ');
  });
}
