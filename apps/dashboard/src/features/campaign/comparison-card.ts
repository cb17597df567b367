import { Component, computed, input } from '@angular/core';
import type { Comparison } from '@fleetmend/dashboard-api';
import { StatusChip, type Tone } from '../../design/status-chip';
import { comparisonWords, conclusionWord, pointWords, recoveredShare } from './comparison-words';
import { numberWords } from './count-words';

const TONES: Readonly<Record<Comparison['conclusion'], Tone>> = {
  better: 'good',
  worse: 'bad',
  'not-proven': 'warn',
  'nothing-to-compare': 'quiet',
};

/** Whether the playbook helps: treated machines against those that wait, with the interval around zero. */
@Component({
  selector: 'fm-comparison-card',
  imports: [StatusChip],
  templateUrl: './comparison-card.html',
  styleUrl: './comparison-card.scss',
})
export class ComparisonCard {
  readonly comparison = input.required<Comparison>();

  protected readonly sentence = computed(() => comparisonWords(this.comparison()));
  protected readonly conclusion = computed(() => {
    const { conclusion } = this.comparison();
    return { word: conclusionWord(conclusion), tone: TONES[conclusion] };
  });
  protected readonly groups = computed(() => {
    const { treated, waiting } = this.comparison();
    return [
      { name: 'Treated', ...treated, share: recoveredShare(treated) },
      { name: 'Waiting', ...waiting, share: recoveredShare(waiting) },
    ];
  });
  /** The whisker on a line from −100 to +100 points, in percent of its length. */
  protected readonly whisker = computed(() => {
    const { difference, low, high } = this.comparison();
    if (difference === null || low === null || high === null) return null;
    const place = (points: number): number => Math.min(100, Math.max(0, (points + 100) / 2));
    return {
      from: place(low),
      length: place(high) - place(low),
      at: place(difference),
      words: pointWords(difference),
    };
  });
  protected readonly numberWords = numberWords;
}
