import { Component, computed, input } from '@angular/core';
import type { Fingerprint } from '@fleetmend/dashboard-api';
import { ENOUGH_DECIDED } from '@fleetmend/domain';
import {
  mdiAlertOutline,
  mdiHandBackRightOutline,
  mdiHelpCircleOutline,
  mdiWrenchOutline,
} from '@mdi/js';
import { StatusChip, type Tone } from '../../design/status-chip';
import { measuredSentence, percent } from '../effect/effect-words';
import { confidenceWord } from './failure-words';

/** What is known to help against a fingerprint, or that the reset is the wrong tool for it. */
@Component({
  selector: 'fm-cure-chip',
  imports: [StatusChip],
  template: `<fm-status-chip [tone]="look().tone" [icon]="look().icon" [title]="look().why">{{
    look().word
  }}</fm-status-chip>`,
  styles: `
    :host {
      display: inline-flex;
      max-width: 100%;
    }
  `,
})
export class CureChip {
  readonly fingerprint = input.required<Pick<Fingerprint, 'proposals' | 'guard'>>();

  protected readonly look = computed(
    (): { tone: Tone; icon: string; word: string; why: string } => {
      const { proposals, guard } = this.fingerprint();
      if (guard !== null) {
        return {
          tone: 'warn',
          icon: mdiHandBackRightOutline,
          word: 'Do not reset',
          why: guard.reason,
        };
      }
      const best = proposals[0];
      if (best === undefined) {
        return { tone: 'quiet', icon: mdiHelpCircleOutline, word: 'No known cure', why: '' };
      }
      const { measured, reason } = best;
      if (best.discouraged) {
        return { tone: 'warn', icon: mdiAlertOutline, word: 'No cure has helped', why: reason };
      }
      if (measured !== null && measured.decided >= ENOUGH_DECIDED) {
        return {
          tone: measured.low >= 0.5 ? 'good' : 'info',
          icon: mdiWrenchOutline,
          word: `Helped ${percent(measured.helped / measured.decided)} of the time`,
          why: `${reason} ${measuredSentence(measured)}`,
        };
      }
      return {
        tone: best.confidence === 'documented' ? 'good' : 'info',
        icon: mdiWrenchOutline,
        word: confidenceWord(best.confidence),
        why: reason,
      };
    },
  );
}
