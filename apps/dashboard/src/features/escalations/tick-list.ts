import { Component, input, output } from '@angular/core';
import { MatCheckbox } from '@angular/material/checkbox';
import { elementId } from '../../design/control-problem';
import type { Choice } from '../../design/select-field';

/** Some of a few. */
@Component({
  selector: 'fm-tick-list',
  imports: [MatCheckbox],
  template: `
    <fieldset [attr.aria-describedby]="hint() === null ? null : id">
      <legend>{{ legend() }}</legend>
      <div class="ticks">
        @for (choice of choices(); track choice.value) {
          <mat-checkbox
            [checked]="chosen().includes(choice.value)"
            (change)="tick(choice.value, $event.checked)"
            >{{ choice.name }}</mat-checkbox
          >
        }
      </div>
      @if (hint(); as text) {
        <p class="hint" [id]="id">{{ text }}</p>
      }
    </fieldset>
  `,
  styles: `
    fieldset {
      min-width: 0;
      margin: 0;
      padding: 0;
      border: 0;
    }
    legend {
      padding: 0;
      font: var(--fm-type-label);
    }
    .ticks {
      display: grid;
      grid-template-columns: repeat(auto-fill, minmax(min(100%, 240px), 1fr));
    }
    .hint {
      color: var(--fm-text-muted);
      font: var(--fm-type-small);
    }
  `,
})
export class TickList {
  readonly legend = input.required<string>();
  readonly choices = input.required<readonly Choice[]>();
  readonly chosen = input.required<readonly string[]>();
  readonly hint = input<string | null>(null);
  /** All that are chosen now, in the order of the choices. */
  readonly changed = output<readonly string[]>();
  protected readonly id = elementId();

  protected tick(value: string, ticked: boolean): void {
    this.changed.emit(
      this.choices()
        .map((choice) => choice.value)
        .filter((each) => (each === value ? ticked : this.chosen().includes(each))),
    );
  }
}
