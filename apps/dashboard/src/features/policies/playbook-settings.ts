import { Component, computed, inject, input, output } from '@angular/core';
import { MatCheckbox } from '@angular/material/checkbox';
import { playbookListSchema } from '@fleetmend/dashboard-api';
import { Api } from '../../api/api';
import { snapshot } from '../../api/snapshot';
import { elementId } from '../../design/control-problem';
import { nameWords } from '../run/run-words';

type Values = Readonly<Record<string, boolean | number>>;

/** A playbook and its settings; those that nobody touched stay as the playbook has them. */
@Component({
  selector: 'fm-playbook-settings',
  imports: [MatCheckbox],
  template: `
    <div class="fm-field">
      <label [for]="id">Playbook</label>
      <select #box class="fm-input" [id]="id" (change)="choose(box.value)">
        @for (each of playbooks.value() ?? []; track each.name) {
          <option [value]="each.name" [selected]="each.name === playbook()">
            {{ each.title }}
          </option>
        }
      </select>
    </div>
    @for (parameter of parameters(); track parameter.name) {
      @if (parameter.type === 'boolean') {
        <mat-checkbox
          [checked]="(values()[parameter.name] ?? parameter.default) === true"
          (change)="set(parameter.name, $event.checked)"
        >
          {{ nameWords(parameter.name) }}
          <span class="words">{{ parameter.description }}</span>
        </mat-checkbox>
      } @else {
        <div class="fm-field">
          <label [for]="id + parameter.name">{{ nameWords(parameter.name) }}</label>
          <input
            #number
            class="fm-input number"
            type="number"
            [id]="id + parameter.name"
            [attr.min]="parameter.minimum ?? null"
            [attr.max]="parameter.maximum ?? null"
            [attr.aria-describedby]="id + parameter.name + '-hint'"
            [value]="values()[parameter.name] ?? parameter.default"
            (input)="set(parameter.name, number.valueAsNumber)"
          />
          <p class="fm-hint" [id]="id + parameter.name + '-hint'">{{ parameter.description }}</p>
        </div>
      }
    }
  `,
  styles: `
    :host {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      gap: var(--fm-space-2);
    }
    .words {
      display: block;
      color: var(--fm-text-muted);
      font: var(--fm-type-small);
    }
    .number {
      max-width: 140px;
    }
  `,
})
export class PlaybookSettings {
  readonly playbook = input.required<string>();
  readonly values = input.required<Values>();
  readonly changed = output<{ readonly playbook: string; readonly parameters: Values }>();

  readonly #api = inject(Api);
  protected readonly id = elementId();
  protected readonly nameWords = nameWords;
  protected readonly playbooks = snapshot({
    key: () => null,
    load: async (_key, signal) =>
      (await this.#api.get('/playbooks', playbookListSchema, { signal })).items,
    affectedBy: () => false,
  });
  protected readonly parameters = computed(
    () => this.playbooks.value()?.find(({ name }) => name === this.playbook())?.parameters ?? [],
  );

  protected choose(playbook: string): void {
    this.changed.emit({ playbook, parameters: {} });
  }

  /** What is no number is left out, and so as the playbook has it. */
  protected set(name: string, value: boolean | number): void {
    const rest = Object.entries(this.values()).filter(([each]) => each !== name);
    const parameters: Values = Object.fromEntries(
      Number.isNaN(value) ? rest : [...rest, [name, value]],
    );
    this.changed.emit({ playbook: this.playbook(), parameters });
  }
}
