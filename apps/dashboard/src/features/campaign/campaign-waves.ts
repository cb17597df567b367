import { Component, computed, input, output } from '@angular/core';
import type { CampaignDetail } from '@fleetmend/dashboard-api';
import { exactDay } from '../../design/relative-time';
import { machineWords, numberWords } from './count-words';
import { GateMeters } from './gate-meters';
import { TileLegend } from './tile-legend';
import { tileSpoken } from './tile-looks';
import { tileSize } from './tile-paths';
import { type Tile, TileWall } from './tile-wall';
import { WaveBlock } from './wave-block';

/** All waves of a campaign as blocks of machines, below the budget of the whole, and the machines held out. */
@Component({
  selector: 'fm-campaign-waves',
  imports: [GateMeters, TileLegend, TileWall, WaveBlock],
  templateUrl: './campaign-waves.html',
  styleUrl: './campaign-waves.scss',
})
export class CampaignWaves {
  readonly campaign = input.required<CampaignDetail>();
  readonly tiles = input.required<readonly Tile[]>();
  readonly pressed = output<Tile>();

  protected readonly size = computed(() => tileSize(this.tiles().length));
  /** The tiles of each wave; those that are held out under null. */
  readonly #byWave = computed(() => {
    const waves = new Map<number | null, Tile[]>();
    for (const tile of this.tiles()) {
      const of = waves.get(tile.w);
      if (of === undefined) waves.set(tile.w, [tile]);
      else of.push(tile);
    }
    return waves;
  });
  protected readonly blocks = computed(() =>
    this.campaign().waveList.map((wave) => ({
      wave,
      tiles: this.#byWave().get(wave.number) ?? [],
      current: wave.number === this.campaign().wave && this.campaign().endedAt === null,
    })),
  );
  protected readonly heldOut = computed(() => this.#byWave().get(null) ?? []);
  protected readonly heldOutSpoken = computed(() => `Held out: ${tileSpoken(this.heldOut())}`);
  protected readonly machineWords = machineWords;
  protected readonly exactDay = exactDay;
  protected readonly numberWords = numberWords;
}
