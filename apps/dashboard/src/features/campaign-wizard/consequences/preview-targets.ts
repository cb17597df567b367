import { DecimalPipe } from '@angular/common';
import { Component, input } from '@angular/core';
import type { CampaignPreview } from '@fleetmend/dashboard-api';
import { mdiCheckCircleOutline, mdiMinusCircleOutline } from '@mdi/js';
import { Icon } from '../../../design/icon';
import { EXCLUSION_WORDS, TARGET_ROLE_WORDS } from '../../campaigns/campaign-words';

type Machine = CampaignPreview['machines'][number];

/** Machine by machine: in which wave, or why not. */
@Component({
  selector: 'fm-preview-targets',
  imports: [DecimalPipe, Icon],
  template: `
    <!-- Scrolls, so the keyboard must reach it. -->
    <div class="frame" tabindex="0" role="region" aria-label="Machines of the preview">
      <ul>
        @for (machine of machines(); track machine.machineId) {
          <li [class.out]="machine.exclusion !== null">
            <fm-icon [path]="machine.exclusion === null ? check : minus" [size]="18" />
            <div>
              <p class="name">{{ machine.hostname }}</p>
              <p class="why">{{ words(machine) }}</p>
            </div>
          </li>
        }
      </ul>
    </div>
    @if (total() > machines().length) {
      <p class="more">and {{ total() - machines().length | number }} more</p>
    }
  `,
  styles: `
    :host {
      display: block;
    }
    .frame {
      max-height: 320px;
      overflow-y: auto;
      border: 1px solid var(--fm-line);
      border-radius: var(--fm-radius-small);
    }
    ul {
      list-style: none;
    }
    li {
      display: grid;
      grid-template-columns: 18px minmax(0, 1fr);
      gap: var(--fm-space-1);
      padding: 6px var(--fm-space-1h);
    }
    li + li {
      border-top: 1px solid var(--fm-line);
    }
    fm-icon {
      color: var(--fm-good);
    }
    .out fm-icon {
      color: var(--fm-text-muted);
    }
    .name {
      overflow-wrap: anywhere;
      font: var(--fm-type-strong);
    }
    .why {
      color: var(--fm-text-muted);
      font: var(--fm-type-small);
    }
    .more {
      margin-top: var(--fm-space-half);
      color: var(--fm-text-muted);
      font: var(--fm-type-small);
    }
  `,
})
export class PreviewTargets {
  readonly machines = input.required<readonly Machine[]>();
  /** How many there are; only the first ones are listed. */
  readonly total = input.required<number>();
  protected readonly check = mdiCheckCircleOutline;
  protected readonly minus = mdiMinusCircleOutline;

  protected words({ exclusion, reason, wave, role, online }: Machine): string {
    if (exclusion !== null) return `Left out: ${reason ?? EXCLUSION_WORDS[exclusion]}`;
    const place = wave === null ? TARGET_ROLE_WORDS['hold-out'] : `Wave ${wave}`;
    const parts = [
      place,
      ...(role === 'canary' ? [TARGET_ROLE_WORDS.canary] : []),
      ...(online ? [] : ['offline now']),
      ...(reason === null ? [] : [reason]),
    ];
    return parts.join(', ');
  }
}
