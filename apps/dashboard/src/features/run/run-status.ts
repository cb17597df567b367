import { Component, computed, input } from '@angular/core';
import { StatusChip, type Tone } from '../../design/status-chip';
import { runStateTone, runStateWord, verdictTone, verdictWords } from './run-words';

/** Where a run stands, or what came of it, as a chip. */
@Component({
  selector: 'fm-run-status',
  imports: [StatusChip],
  template: `<fm-status-chip [tone]="tone()">{{ word() }}</fm-status-chip>`,
  styles: `
    :host {
      display: inline-flex;
      max-width: 100%;
    }
  `,
})
export class RunStatus {
  readonly state = input.required<string>();
  readonly verdict = input.required<string | null>();

  protected readonly tone = computed((): Tone => {
    const verdict = this.verdict();
    return verdict === null ? runStateTone(this.state()) : verdictTone(verdict);
  });
  protected readonly word = computed(() => {
    const verdict = this.verdict();
    return verdict === null ? runStateWord(this.state()) : verdictWords(verdict).label;
  });
}
