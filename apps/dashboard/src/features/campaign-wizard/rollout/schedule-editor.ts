import { Component, computed, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatCheckbox } from '@angular/material/checkbox';
import type { MaintenanceWindow } from '@fleetmend/domain';
import { mdiPlus } from '@mdi/js';
import { Clock } from '../../../design/clock';
import { Icon } from '../../../design/icon';
import { CampaignDraft } from '../campaign-draft';
import { daysFrom } from '../draft-plan';
import { InstantField } from '../fields/instant-field';
import { PlanFieldWords } from '../fields/plan-field-words';
import { WindowEditor } from './window-editor';
import { NIGHTS, ownTimeZone } from './window-presets';

/** When it starts and ends, and in which hours machines may begin. */
@Component({
  selector: 'fm-schedule-editor',
  imports: [Icon, InstantField, MatButton, MatCheckbox, PlanFieldWords, WindowEditor],
  templateUrl: './schedule-editor.html',
  styleUrl: '../wizard-step.scss',
})
export class ScheduleEditor {
  readonly #clock = inject(Clock);
  protected readonly draft = inject(CampaignDraft);
  protected readonly execution = computed(() => this.draft.plan().execution);
  protected readonly plus = mdiPlus;

  protected later(on: boolean): void {
    this.draft.changeExecution({ startAt: on ? daysFrom(this.#clock.now(), 1) : null });
  }

  protected add(): void {
    const window: MaintenanceWindow = { ...NIGHTS, timeZone: ownTimeZone() };
    this.draft.changeExecution({ windows: [...this.execution().windows, window] });
  }

  protected set(at: number, window: MaintenanceWindow): void {
    this.draft.changeExecution({
      windows: this.execution().windows.map((each, i) => (i === at ? window : each)),
    });
  }

  protected remove(at: number): void {
    this.draft.changeExecution({
      windows: this.execution().windows.filter((_, i) => i !== at),
    });
  }
}
