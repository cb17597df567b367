import { Component, computed, inject } from '@angular/core';
import { MatButton, MatIconButton } from '@angular/material/button';
import { MatButtonToggle, MatButtonToggleGroup } from '@angular/material/button-toggle';
import type { Amount } from '@fleetmend/domain';
import { mdiClose, mdiPlus } from '@mdi/js';
import { Icon } from '../../../design/icon';
import { CampaignDraft } from '../campaign-draft';
import { CAREFUL_WAVES } from '../draft-plan';
import { AmountField } from '../fields/amount-field';
import { PlanFieldWords } from '../fields/plan-field-words';

const PRESETS: Readonly<Record<string, readonly Amount[]>> = {
  careful: CAREFUL_WAVES,
  halves: [{ percent: 50 }],
  once: [{ percent: 100 }],
};

/** The sizes of the waves. */
@Component({
  selector: 'fm-waves-editor',
  imports: [
    AmountField,
    Icon,
    MatButton,
    MatButtonToggle,
    MatButtonToggleGroup,
    MatIconButton,
    PlanFieldWords,
  ],
  template: `
    <section class="fm-card" aria-labelledby="waves-heading">
      <header><h2 id="waves-heading">Waves</h2></header>
      <div class="fm-card-body fm-stack">
        <mat-button-toggle-group
          aria-label="Sizes of the waves"
          hideSingleSelectionIndicator
          [value]="preset()"
          (change)="use($event.value)"
        >
          <mat-button-toggle value="careful">Careful</mat-button-toggle>
          <mat-button-toggle value="halves">Halves</mat-button-toggle>
          <mat-button-toggle value="once">All at once</mat-button-toggle>
          <mat-button-toggle value="own">Own</mat-button-toggle>
        </mat-button-toggle-group>
        <ol>
          @for (wave of waves(); track $index) {
            <li>
              <fm-amount-field
                [path]="'rollout.waves.' + $index"
                [label]="'Wave ' + ($index + 1)"
                [value]="wave"
                (changed)="set($index, $event)"
              />
              @if (waves().length > 1) {
                <button
                  mat-icon-button
                  type="button"
                  [attr.aria-label]="'Remove wave ' + ($index + 1)"
                  (click)="remove($index)"
                >
                  <fm-icon [path]="cross" [size]="18" />
                </button>
              }
            </li>
          }
        </ol>
        <div class="fm-row">
          <button
            mat-stroked-button
            type="button"
            [disabled]="waves().length >= 50"
            (click)="add()"
          >
            <fm-icon [path]="plus" [size]="18" /> Add a wave
          </button>
        </div>
        <fm-plan-field-words
          path="rollout.waves"
          of="waves"
          hint="Percentages are of all machines of the campaign. What is left over after the last wave is one more wave."
        />
      </div>
    </section>
  `,
  styles: `
    mat-button-toggle-group {
      justify-self: start;
    }
    ol {
      display: grid;
      gap: var(--fm-space-1h) var(--fm-space-3);
      grid-template-columns: repeat(auto-fill, minmax(min(100%, 284px), 1fr));
      list-style: none;
    }
    li {
      display: flex;
      align-items: flex-start;
      gap: var(--fm-space-half);
    }
    li button {
      margin-top: 22px;
    }
  `,
})
export class WavesEditor {
  protected readonly draft = inject(CampaignDraft);
  protected readonly waves = computed(() => this.draft.plan().rollout.waves);
  protected readonly preset = computed(() => {
    const waves = JSON.stringify(this.waves());
    const found = Object.entries(PRESETS).find(([, each]) => JSON.stringify(each) === waves);
    return found?.[0] ?? 'own';
  });
  protected readonly cross = mdiClose;
  protected readonly plus = mdiPlus;

  protected use(preset: unknown): void {
    const waves = PRESETS[String(preset)];
    if (waves === undefined) this.add();
    else this.draft.changeRollout({ waves: [...waves] });
  }

  protected set(at: number, amount: Amount): void {
    this.draft.changeRollout({ waves: this.waves().map((each, i) => (i === at ? amount : each)) });
  }

  protected add(): void {
    this.draft.changeRollout({ waves: [...this.waves(), this.waves().at(-1) ?? { percent: 25 }] });
  }

  protected remove(at: number): void {
    this.draft.changeRollout({ waves: this.waves().filter((_, i) => i !== at) });
  }
}
