import { Component, computed, input } from '@angular/core';
import { numberWords } from './count-words';
import { TILE_LOOKS } from './tile-looks';
import { tilePaths } from './tile-paths';
import { type Tile } from './tile-wall';

const SIZE = 16;

/** What the tiles mean, with how many there are of each. */
@Component({
  selector: 'fm-tile-legend',
  template: `
    <ul aria-label="Machines by state">
      @for (entry of entries(); track entry.state) {
        <li>
          <svg aria-hidden="true" width="${SIZE}" height="${SIZE}" [attr.data-tile]="entry.state">
            <path class="shape" [attr.d]="entry.shapes" />
            <path class="sign" [attr.d]="entry.signs" />
          </svg>
          <b class="fm-numbers">{{ entry.count }}</b> {{ entry.label }}
        </li>
      }
    </ul>
  `,
  styles: `
    @use './tiles';
    ul {
      display: flex;
      flex-wrap: wrap;
      gap: var(--fm-space-half) var(--fm-space-2);
      list-style: none;
    }
    li {
      display: inline-flex;
      align-items: center;
      gap: 6px;
    }
    svg {
      overflow: visible;
    }
  `,
})
export class TileLegend {
  readonly tiles = input.required<readonly Tile[]>();

  protected readonly entries = computed(() => {
    const counts = new Map<string, number>();
    for (const { s } of this.tiles()) counts.set(s, (counts.get(s) ?? 0) + 1);
    return TILE_LOOKS.flatMap(({ state, label }) => {
      const count = counts.get(state) ?? 0;
      const [paths] = tilePaths([state], { size: SIZE, gap: 0, columns: 1 });
      return count === 0 || paths === undefined
        ? []
        : [{ label, count: numberWords(count), ...paths }];
    });
  });
}
