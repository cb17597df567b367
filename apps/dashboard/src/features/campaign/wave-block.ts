import { Component, computed, input, output } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { CampaignWave } from '@fleetmend/dashboard-api';
import { RelativeTime } from '../../design/relative-time';
import { StatusChip } from '../../design/status-chip';
import { GateMeters } from './gate-meters';
import { tallyParts } from './tally-words';
import { tileSpoken } from './tile-looks';
import { type Tile, TileWall } from './tile-wall';
import { waveWords } from './wave-words';

/** One wave: its machines, how it stands, what came of it, and its gate. */
@Component({
  selector: 'fm-wave-block',
  imports: [GateMeters, RelativeTime, RouterLink, StatusChip, TileWall],
  templateUrl: './wave-block.html',
  styleUrl: './wave-block.scss',
  host: { '[attr.data-tone]': 'words().tone', '[class.current]': 'current()' },
})
export class WaveBlock {
  readonly wave = input.required<CampaignWave>();
  readonly tiles = input.required<readonly Tile[]>();
  readonly tileSize = input.required<number>();
  /** It works or waits for a decision. */
  readonly current = input(false);
  /** The campaign is over, whatever the wave was doing. */
  readonly ended = input(false);
  readonly pressed = output<Tile>();

  protected readonly words = computed(() => waveWords(this.wave().state, this.ended()));
  protected readonly parts = computed(() => tallyParts(this.wave().tally));
  protected readonly spoken = computed(
    () => `Wave ${this.wave().number}: ${tileSpoken(this.tiles())}`,
  );
  protected readonly begun = computed(() => this.wave().startedAt !== null);
  /** Nobody waits for its gate any more. */
  protected readonly judged = computed(() => {
    const { state } = this.wave();
    return this.begun() && (state === 'passed' || state === 'skipped');
  });
}
