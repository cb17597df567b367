import { Component, computed, inject } from '@angular/core';
import { MatCheckbox } from '@angular/material/checkbox';
import { MatRadioButton, MatRadioGroup } from '@angular/material/radio';
import { Clock } from '../../../design/clock';
import { CampaignDraft } from '../campaign-draft';
import { type SourceKind, daysFrom } from '../draft-plan';
import { InstantField } from '../fields/instant-field';
import { NumberField } from '../fields/number-field';
import { PlanFieldWords } from '../fields/plan-field-words';
import { MachineChooser } from '../machine-chooser';
import { FailedOfSource } from './failed-of-source';
import { FailureChooser } from './failure-chooser';
import { FilterSource } from './filter-source';
import { NamesSource } from './names-source';

const KINDS: readonly {
  readonly kind: SourceKind;
  readonly name: string;
  readonly words: string;
}[] = [
  { kind: 'failure', name: 'A failure', words: 'Every machine on which it is open.' },
  { kind: 'filter', name: 'A filter', words: 'Every machine that matches.' },
  { kind: 'picked', name: 'Machines by hand', words: 'One by one.' },
  { kind: 'names', name: 'A list of names', words: 'Pasted, or from a file.' },
  { kind: 'failed-of', name: 'The failed ones of a campaign', words: 'To try them again.' },
];

/** Which machines. */
@Component({
  selector: 'fm-targets-step',
  imports: [
    FailedOfSource,
    FailureChooser,
    FilterSource,
    InstantField,
    MachineChooser,
    MatCheckbox,
    MatRadioButton,
    MatRadioGroup,
    NamesSource,
    NumberField,
    PlanFieldWords,
  ],
  templateUrl: './targets-step.html',
  styleUrl: '../wizard-step.scss',
})
export class TargetsStep {
  readonly #clock = inject(Clock);
  protected readonly draft = inject(CampaignDraft);
  protected readonly kinds = KINDS;
  protected readonly targets = computed(() => this.draft.plan().targets);
  /** Whether machines that match later could join. */
  protected readonly canGrow = computed(() => ['failure', 'filter'].includes(this.targets().kind));

  /** Whether machines are chosen by an error code: then each has a failure of its own. */
  protected readonly byCode = computed(() => {
    const { kind, filter } = this.targets();
    return kind === 'filter' && filter.code !== undefined;
  });

  protected choose(kind: SourceKind): void {
    this.draft.changeTargets({ kind });
  }

  protected grow(dynamic: boolean): void {
    this.draft.changeTargets({
      dynamicUntil: dynamic ? daysFrom(this.#clock.now(), 14) : null,
    });
  }

  protected leaveOut(offline: boolean): void {
    this.draft.changeTargets({ offlineDays: offline ? 30 : null });
  }
}
