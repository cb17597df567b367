import { Component, computed, input } from '@angular/core';
import type { RunStep } from '@fleetmend/dashboard-api';
import {
  mdiAlertCircle,
  mdiCheckCircle,
  mdiCircleOutline,
  mdiDebugStepOver,
  mdiProgressClock,
  mdiUndoVariant,
} from '@mdi/js';
import { Icon } from '../../design/icon';
import { exactTime } from '../../design/relative-time';
import { durationWords } from './duration';
import { nameWords, sectionWord } from './run-words';

interface Row {
  readonly step: RunStep;
  readonly icon: string;
  /** The state in a word; a screen reader has nothing else to tell it from. */
  readonly word: string;
  readonly duration: string | null;
  readonly exact: string | null;
  readonly details: readonly { readonly name: string; readonly value: string }[];
}

interface Section {
  readonly name: string;
  readonly title: string;
  readonly rows: readonly Row[];
}

const LOOKS: Readonly<Record<string, { readonly icon: string; readonly word: string }>> = {
  running: { icon: mdiProgressClock, word: 'Running' },
  done: { icon: mdiCheckCircle, word: 'Done' },
  skipped: { icon: mdiDebugStepOver, word: 'Skipped' },
  failed: { icon: mdiAlertCircle, word: 'Failed' },
  undone: { icon: mdiUndoVariant, word: 'Taken back' },
};
const WAITING = { icon: mdiCircleOutline, word: 'Waiting' };
const NEVER = { icon: mdiCircleOutline, word: 'Not run' };

/** The steps of a run under the headings of their sections, each with what it did. */
@Component({
  selector: 'fm-run-steps',
  imports: [Icon],
  templateUrl: './run-steps.html',
  styleUrl: './run-steps.scss',
})
export class RunSteps {
  readonly steps = input.required<readonly RunStep[]>();
  /** Whether the run is over, so that a step without a state will never come. */
  readonly ended = input.required<boolean>();
  /** The level of the headings, so that they follow the page's. */
  readonly headingLevel = input<2 | 3>(3);

  protected readonly sections = computed((): readonly Section[] => {
    const sections: { name: string; title: string; rows: Row[] }[] = [];
    for (const step of this.steps()) {
      let section = sections.at(-1);
      if (section?.name !== step.section) {
        section = { name: step.section, title: sectionWord(step.section), rows: [] };
        sections.push(section);
      }
      section.rows.push(rowOf(step, this.ended()));
    }
    return sections;
  });
}

function rowOf(step: RunStep, ended: boolean): Row {
  const look = (step.state === null ? undefined : LOOKS[step.state]) ?? (ended ? NEVER : WAITING);
  const { startedAt, endedAt } = step;
  return {
    step,
    ...look,
    duration: startedAt === null || endedAt === null ? null : durationWords(startedAt, endedAt),
    exact: startedAt === null ? null : exactTime(startedAt),
    details: Object.entries(step.details ?? {}).map(([name, value]) => ({
      name: nameWords(name),
      value: typeof value === 'number' ? value.toLocaleString('en') : String(value),
    })),
  };
}
