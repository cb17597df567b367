import { DecimalPipe } from '@angular/common';
import { Component, computed, input } from '@angular/core';
import type { CampaignPreview } from '@fleetmend/dashboard-api';

/** The waves as blocks, as wide as they are large; the numbers stand in a list below. */
@Component({
  selector: 'fm-wave-blocks',
  imports: [DecimalPipe],
  template: `
    <div class="blocks" aria-hidden="true">
      @for (wave of waves(); track wave.number) {
        <span
          class="block"
          [style.flex-grow]="wave.machines"
          [style.opacity]="shade(wave.number)"
        ></span>
      }
      @if (holdOut() > 0) {
        <span class="block held" [style.flex-grow]="holdOut()"></span>
      }
    </div>
    <ol aria-label="Waves">
      @for (wave of waves(); track wave.number) {
        <li>
          <span class="key" aria-hidden="true" [style.opacity]="shade(wave.number)"></span>
          <span class="fm-muted">Wave {{ wave.number }}</span>
          <span class="fm-numbers">
            <strong>{{ wave.machines | number }}</strong>
            @if (wave.canaries > 0) {
              <span class="fm-muted"
                >({{ wave.canaries | number }}
                {{ wave.canaries === 1 ? 'canary' : 'canaries' }})</span
              >
            }
          </span>
        </li>
      }
      @if (holdOut() > 0) {
        <li>
          <span class="key held" aria-hidden="true"></span>
          <span class="fm-muted">Held out</span>
          <strong class="fm-numbers">{{ holdOut() | number }}</strong>
        </li>
      }
    </ol>
  `,
  styles: `
    :host {
      display: block;
    }
    .blocks {
      display: flex;
      gap: 3px;
      height: 28px;
    }
    .block,
    .key {
      border-radius: 4px;
      background: var(--fm-accent);
    }
    .block {
      flex: 1 1 0;
      min-width: 6px;
      transition: flex-grow var(--fm-calm) var(--fm-ease);
    }
    .held {
      background: repeating-linear-gradient(
        135deg,
        var(--fm-line-strong) 0 2px,
        var(--fm-quiet-soft) 2px 6px
      );
    }
    ol {
      display: grid;
      grid-template-columns: repeat(auto-fill, minmax(148px, 1fr));
      gap: 2px var(--fm-space-2);
      margin-top: var(--fm-space-1);
      list-style: none;
    }
    li {
      display: grid;
      grid-template-columns: 10px auto minmax(0, 1fr);
      align-items: baseline;
      gap: 6px;
    }
    .key {
      width: 10px;
      height: 10px;
    }
  `,
})
export class WaveBlocks {
  readonly waves = input.required<CampaignPreview['waves']>();
  readonly holdOut = input.required<number>();
  readonly #count = computed(() => this.waves().length);

  /** The later, the fainter. */
  protected shade(number: number): number {
    return 1 - (0.65 * (number - 1)) / Math.max(1, this.#count() - 1 || 1);
  }
}
