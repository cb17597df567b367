import { Component, computed, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatCheckbox } from '@angular/material/checkbox';
import { STRATA, type Stratum } from '@fleetmend/domain';
import { mdiDiceMultipleOutline } from '@mdi/js';
import { Clock } from '../../../design/clock';
import { elementId } from '../../../design/control-problem';
import { Icon } from '../../../design/icon';
import { STRATUM_WORDS } from '../../campaigns/campaign-words';
import { CampaignDraft } from '../campaign-draft';
import { daysFrom } from '../draft-plan';
import { InstantField } from '../fields/instant-field';
import { NumberField } from '../fields/number-field';
import { PlanFieldWords } from '../fields/plan-field-words';
import { MachineChooser } from '../machine-chooser';
import { newSeed } from '../new-seed';
import { PlanProblems } from '../plan-problems';

/** Which machine comes into which wave, and which stay untreated to compare with. */
@Component({
  selector: 'fm-draw-editor',
  imports: [
    Icon,
    InstantField,
    MachineChooser,
    MatButton,
    MatCheckbox,
    NumberField,
    PlanFieldWords,
  ],
  templateUrl: './draw-editor.html',
  styleUrls: ['../wizard-step.scss', './draw-editor.scss'],
})
export class DrawEditor {
  readonly #clock = inject(Clock);
  protected readonly draft = inject(CampaignDraft);
  protected readonly problems = inject(PlanProblems);
  protected readonly id = elementId();
  protected readonly rollout = computed(() => this.draft.plan().rollout);
  protected readonly strata = STRATA;
  protected readonly words = STRATUM_WORDS;
  protected readonly dice = mdiDiceMultipleOutline;

  protected stratify(by: Stratum, on: boolean): void {
    const chosen = this.rollout().stratifyBy;
    this.draft.changeRollout({
      stratifyBy: STRATA.filter((each) => (each === by ? on : chosen.includes(each))),
    });
  }

  protected pin(canaries: readonly string[]): void {
    this.draft.changeRollout({ canaries: [...canaries] });
  }

  protected reroll(): void {
    this.draft.changeRollout({ seed: newSeed() });
  }

  protected hold(on: boolean): void {
    this.draft.changeRollout({
      holdOut: on ? { percent: 5, until: daysFrom(this.#clock.now(), 7) } : null,
    });
  }

  protected changeHold(part: { percent?: number; until?: string }): void {
    const { holdOut } = this.rollout();
    if (holdOut !== null) this.draft.changeRollout({ holdOut: { ...holdOut, ...part } });
  }
}
