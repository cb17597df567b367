import { Component, computed, inject, input, output, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import type { MaintenanceWindow } from '@fleetmend/domain';
import { Clock } from '../../../design/clock';
import { elementId } from '../../../design/control-problem';
import { NumberField } from '../fields/number-field';
import { PlanFieldWords } from '../fields/plan-field-words';
import { PlanProblems } from '../plan-problems';
import { openingWords } from '../window-words';
import { MACHINE_TIME, WINDOW_PRESETS, ownTimeZone, presetOf, timeZones } from './window-presets';

const ZONES = timeZones();

/** One maintenance window: its hours, the zone they are in, and when it opens next. */
@Component({
  selector: 'fm-window-editor',
  imports: [MatButton, NumberField, PlanFieldWords],
  templateUrl: './window-editor.html',
  styleUrls: ['../wizard-step.scss', './window-editor.scss'],
})
export class WindowEditor {
  /** Which of the plan's windows it is. */
  readonly at = input.required<number>();
  readonly window = input.required<MaintenanceWindow>();
  readonly changed = output<MaintenanceWindow>();
  readonly removed = output();

  readonly #clock = inject(Clock);
  protected readonly problems = inject(PlanProblems);
  protected readonly id = elementId();
  protected readonly presets = WINDOW_PRESETS;
  protected readonly zones = ZONES;
  protected readonly machineTime = MACHINE_TIME;
  /** "Own hours" was chosen, though the hours are still those of a preset. */
  readonly #own = signal(false);
  protected readonly preset = computed(() => (this.#own() ? null : presetOf(this.window())));
  protected readonly path = computed(() => `execution.windows.${this.at()}`);
  protected readonly opening = computed(() =>
    openingWords(this.window(), ownTimeZone(), this.#clock.now()),
  );

  protected choose(name: string): void {
    const hours = WINDOW_PRESETS.find((each) => each.name === name)?.hours;
    this.#own.set(hours === undefined);
    if (hours !== undefined) this.change(hours);
  }

  protected change(part: Partial<MaintenanceWindow>): void {
    this.changed.emit({ ...this.window(), ...part });
  }
}
