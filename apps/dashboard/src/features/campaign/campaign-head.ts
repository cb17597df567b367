import { Component, computed, input, output } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatMenu, MatMenuItem, MatMenuTrigger } from '@angular/material/menu';
import type { CampaignDetail } from '@fleetmend/dashboard-api';
import type { CampaignAction } from '@fleetmend/domain';
import {
  mdiAlertCircleOutline,
  mdiCheckCircleOutline,
  mdiDotsHorizontal,
  mdiInformationOutline,
  mdiPauseCircleOutline,
  mdiProgressClock,
} from '@mdi/js';
import { Icon } from '../../design/icon';
import { RelativeTime, exactDay } from '../../design/relative-time';
import { type Tone } from '../../design/status-chip';
import { campaignChip } from '../campaigns/campaign-words';
import { actionLabel, actionWords, arrangedActions } from './action-words';
import { numberWords } from './count-words';
import { askOf, progressWords } from './head-words';
import { decidedOf } from './tally-words';

const SIGNS: Readonly<Record<Tone, string>> = {
  good: mdiCheckCircleOutline,
  bad: mdiAlertCircleOutline,
  warn: mdiInformationOutline,
  info: mdiInformationOutline,
  active: mdiProgressClock,
  quiet: mdiInformationOutline,
};

/** How a campaign stands, to be read from across the room, what it asks for, and what can be decided. */
@Component({
  selector: 'fm-campaign-head',
  imports: [Icon, MatButton, MatMenu, MatMenuItem, MatMenuTrigger, RelativeTime],
  templateUrl: './campaign-head.html',
  styleUrl: './campaign-head.scss',
  host: { '[attr.data-tone]': 'words().tone' },
})
export class CampaignHead {
  readonly campaign = input.required<CampaignDetail>();
  readonly decided = output<CampaignAction>();

  protected readonly words = computed(() => campaignChip(this.campaign()));
  protected readonly sign = computed(() =>
    this.campaign().state === 'paused' ? mdiPauseCircleOutline : SIGNS[this.words().tone],
  );
  protected readonly ask = computed(() => askOf(this.campaign()));
  protected readonly progress = computed(() => progressWords(this.campaign()));
  /** The parts of the bar, each with its share in percent. */
  protected readonly bar = computed(() => {
    const { tally, machines } = this.campaign();
    const share = (count: number): number => (machines === 0 ? 0 : (count / machines) * 100);
    return [
      { name: 'success', share: share(tally.success) },
      { name: 'soft', share: share(tally.soft) },
      { name: 'hard', share: share(tally.hard) },
      { name: 'open', share: share(tally.inFlight) },
    ].filter((part) => part.share > 0);
  });
  protected readonly launched = computed(() => this.campaign().launchedAt !== null);
  protected readonly actions = computed(() => arrangedActions(this.campaign()));

  protected readonly decidedOf = decidedOf;
  protected readonly exactDay = exactDay;
  protected readonly numberWords = numberWords;
  protected readonly moreIcon = mdiDotsHorizontal;

  protected label(action: CampaignAction): string {
    return actionLabel(action, this.campaign());
  }

  protected isDanger(action: CampaignAction): boolean {
    return actionWords(action).danger === true;
  }
}
