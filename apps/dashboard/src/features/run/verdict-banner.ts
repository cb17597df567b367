import { Component, computed, input } from '@angular/core';
import { VERDICT_LEVELS } from '@fleetmend/domain';
import type { Run } from '@fleetmend/dashboard-api';
import {
  mdiAlertCircleOutline,
  mdiCheckCircleOutline,
  mdiCheckCircle,
  mdiCircleOutline,
  mdiInformationOutline,
  mdiProgressClock,
} from '@mdi/js';
import { Icon } from '../../design/icon';
import { exactDay } from '../../design/relative-time';
import { type Tone } from '../../design/status-chip';
import { LEVEL_WORDS, runStateTone, runStateWord, verdictTone, verdictWords } from './run-words';

const SIGNS: Readonly<Record<Tone, string>> = {
  good: mdiCheckCircleOutline,
  bad: mdiAlertCircleOutline,
  warn: mdiInformationOutline,
  info: mdiInformationOutline,
  active: mdiProgressClock,
  quiet: mdiInformationOutline,
};

/** What came of a run, or how far it is, and how much of that is proven. */
@Component({
  selector: 'fm-verdict-banner',
  imports: [Icon],
  templateUrl: './verdict-banner.html',
  styleUrl: './verdict-banner.scss',
  host: { '[attr.data-tone]': 'tone()' },
})
export class VerdictBanner {
  readonly run = input.required<Run>();

  protected readonly tone = computed((): Tone => {
    const { verdict, state } = this.run();
    return verdict === null ? runStateTone(state) : verdictTone(verdict);
  });
  protected readonly sign = computed(() => SIGNS[this.tone()]);
  protected readonly heading = computed(() => {
    const { verdict, state } = this.run();
    return verdict === null ? runStateWord(state) : verdictWords(verdict).label;
  });
  protected readonly sentence = computed(() => {
    const { verdict, message, online, state, progress } = this.run();
    if (verdict !== null) {
      // Good news needs saying once.
      return message !== null && this.tone() === 'good' ? '' : verdictWords(verdict).sentence;
    }
    if (state === 'queued') {
      return online
        ? 'The machine is online and will fetch the order in a moment.'
        : 'The machine is offline. It fetches the order when it connects.';
    }
    return progress.current === null ? '' : `Now: ${progress.current}`;
  });

  /** The day up to which the failure has to stay away. */
  protected readonly watchedUntil = computed(() => {
    const { watchedUntil } = this.run();
    return watchedUntil === null ? null : exactDay(watchedUntil);
  });

  /** The ladder of proof; none for runs that change nothing. */
  protected readonly levels = computed(() => {
    const { proven, mode } = this.run();
    if (mode !== 'execute') return [];
    return VERDICT_LEVELS.map((name) => {
      const reached = proven.includes(name);
      return {
        ...{ name, ...LEVEL_WORDS[name], reached },
        icon: reached ? mdiCheckCircle : mdiCircleOutline,
      };
    });
  });
}
