import { Component, inject, input } from '@angular/core';
import { MatCheckbox } from '@angular/material/checkbox';
import type { PlaybookDescription } from '@fleetmend/dashboard-api';
import { nameWords } from '../../run/run-words';
import { CampaignDraft } from '../campaign-draft';
import { NumberField } from '../fields/number-field';

/** The settings of a playbook. */
@Component({
  selector: 'fm-playbook-parameters',
  imports: [MatCheckbox, NumberField],
  template: `
    <fieldset>
      <legend>Settings</legend>
      @for (parameter of parameters(); track parameter.name) {
        @if (parameter.type === 'boolean') {
          <mat-checkbox
            class="choice"
            [checked]="draft.parameters()[parameter.name] === true"
            (change)="set(parameter.name, $event.checked)"
          >
            <span class="name">{{ nameWords(parameter.name) }}</span>
            <span class="words">{{ parameter.description }}</span>
          </mat-checkbox>
        } @else {
          <fm-number-field
            [path]="'parameters.' + parameter.name"
            [label]="nameWords(parameter.name)"
            [hint]="parameter.description"
            [min]="parameter.minimum ?? null"
            [max]="parameter.maximum ?? null"
            [value]="number(parameter.name)"
            (changed)="set(parameter.name, $event)"
          />
        }
      }
    </fieldset>
  `,
  styleUrl: '../wizard-step.scss',
})
export class PlaybookParameters {
  readonly parameters = input.required<PlaybookDescription['parameters']>();
  protected readonly draft = inject(CampaignDraft);
  protected readonly nameWords = nameWords;

  protected number(name: string): number {
    return Number(this.draft.parameters()[name]);
  }

  protected set(name: string, value: boolean | number): void {
    this.draft.change({ parameters: { ...this.draft.plan().parameters, [name]: value } });
  }
}
