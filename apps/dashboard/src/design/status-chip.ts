import { Component, computed, input } from '@angular/core';
import {
  mdiAlertCircleOutline,
  mdiAlertOutline,
  mdiCheckCircleOutline,
  mdiCircleOutline,
  mdiInformationOutline,
  mdiProgressClock,
} from '@mdi/js';
import { Icon } from './icon';

/** How something stands. `active` = under way. */
export type Tone = 'good' | 'bad' | 'warn' | 'info' | 'active' | 'quiet';

const icons: Readonly<Record<Tone, string>> = {
  good: mdiCheckCircleOutline,
  bad: mdiAlertCircleOutline,
  warn: mdiAlertOutline,
  info: mdiInformationOutline,
  active: mdiProgressClock,
  quiet: mdiCircleOutline,
};

/** A state in a word, with an icon and a colour that say the same. The word is the content. */
@Component({
  selector: 'fm-status-chip',
  imports: [Icon],
  template: `<fm-icon [path]="shownIcon()" [size]="14" /><span><ng-content /></span>`,
  host: { '[attr.data-tone]': 'tone()' },
  styles: `
    :host {
      display: inline-flex;
      align-items: center;
      gap: 5px;
      max-width: 100%;
      padding: 2px 9px 2px 7px;
      border-radius: var(--fm-radius-round);
      color: var(--fm-quiet-text);
      background: var(--fm-quiet-soft);
      font: var(--fm-type-label);
      white-space: nowrap;
      vertical-align: middle;
    }
    span {
      overflow: hidden;
      text-overflow: ellipsis;
    }
    :host([data-tone='good']) {
      color: var(--fm-good-text);
      background: var(--fm-good-soft);
    }
    :host([data-tone='bad']) {
      color: var(--fm-bad-text);
      background: var(--fm-bad-soft);
    }
    :host([data-tone='warn']) {
      color: var(--fm-warn-text);
      background: var(--fm-warn-soft);
    }
    :host([data-tone='info']) {
      color: var(--fm-info-text);
      background: var(--fm-info-soft);
    }
    :host([data-tone='active']) {
      color: var(--fm-accent-text);
      background: var(--fm-accent-soft);
    }
  `,
})
export class StatusChip {
  readonly tone = input<Tone>('quiet');
  /** A path from `@mdi/js`, instead of the tone's own icon. */
  readonly icon = input<string | null>(null);
  protected readonly shownIcon = computed(() => this.icon() ?? icons[this.tone()]);
}
