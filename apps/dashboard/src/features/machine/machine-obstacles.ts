import { Component, computed, inject, input } from '@angular/core';
import type { MachineDetail } from '@fleetmend/dashboard-api';
import { type ObstacleWeight, obstaclesOf, untold } from '@fleetmend/domain';
import {
  mdiAlertOutline,
  mdiCancel,
  mdiCheckDecagramOutline,
  mdiInformationOutline,
} from '@mdi/js';
import { Clock } from '../../design/clock';
import { Icon } from '../../design/icon';
import { StatusChip, type Tone } from '../../design/status-chip';

const WEIGHTS: Readonly<
  Record<ObstacleWeight, { readonly tone: Tone; readonly word: string; readonly icon: string }>
> = {
  blocks: { tone: 'bad', word: 'Blocks', icon: mdiCancel },
  delays: { tone: 'warn', word: 'Delays', icon: mdiAlertOutline },
  tells: { tone: 'info', word: 'Good to know', icon: mdiInformationOutline },
};

/** What could keep the machine from updating, by what it told of itself. */
@Component({
  selector: 'fm-machine-obstacles',
  imports: [Icon, StatusChip],
  templateUrl: './machine-obstacles.html',
  styleUrl: './machine-obstacles.scss',
})
export class MachineObstacles {
  readonly machine = input.required<MachineDetail>();

  readonly #clock = inject(Clock);
  protected readonly told = computed(() => this.machine().inventory);
  protected readonly obstacles = computed(() => {
    const told = this.told();
    return told === null ? [] : obstaclesOf(told, new Date(this.#clock.now()));
  });
  protected readonly heavy = computed(
    () => this.obstacles().filter(({ weight }) => weight !== 'tells').length,
  );
  /** As the end of a sentence, or nothing when all was told. */
  protected readonly untold = computed(() => {
    const told = this.told();
    const parts = told === null ? [] : untold(told);
    const last = parts.at(-1);
    return parts.length < 2 ? last : `${parts.slice(0, -1).join(', ')} and ${last ?? ''}`;
  });

  protected readonly weights = WEIGHTS;
  protected readonly fineIcon = mdiCheckDecagramOutline;
}
