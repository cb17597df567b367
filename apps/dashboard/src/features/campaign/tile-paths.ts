import type { TileState } from '@fleetmend/dashboard-api';
import { TILE_LOOKS } from './tile-looks';

/** Tiles in rows: all sizes in CSS pixels. */
export interface TileGrid {
  readonly columns: number;
  readonly size: number;
  readonly gap: number;
}

/** All tiles of one state: their shapes and their signs, each one path, however many there are. */
export interface TilePaths {
  readonly state: TileState;
  readonly shapes: string;
  readonly signs: string;
}

/** How large tiles are, so that a campaign of so many fits on a screen or two. */
export function tileSize(machines: number): number {
  if (machines <= 150) return 26;
  if (machines <= 600) return 18;
  return machines <= 2000 ? 14 : 9;
}

/** How many tiles stand side by side within `width`. */
export function tileColumns(width: number, size: number, gap: number): number {
  return Math.max(1, Math.floor((width + gap) / (size + gap)));
}

/** The paths of the tiles, in the order of the states; states that nobody has are left out. */
export function tilePaths(states: readonly TileState[], grid: TileGrid): readonly TilePaths[] {
  const places = new Map<TileState, number[]>();
  states.forEach((state, index) => {
    const of = places.get(state);
    if (of === undefined) places.set(state, [index]);
    else of.push(index);
  });
  return TILE_LOOKS.flatMap(({ state, sign }) => {
    const indices = places.get(state);
    if (indices === undefined) return [];
    const step = grid.size + grid.gap;
    let shapes = '';
    let signs = '';
    for (const index of indices) {
      const x = (index % grid.columns) * step;
      const y = Math.floor(index / grid.columns) * step;
      shapes += `M${x} ${y}h${grid.size}v${grid.size}h${-grid.size}z`;
      for (const [x1, y1, x2, y2] of sign) {
        const at = (from: number, part: number): number =>
          Math.round((from + part * grid.size) * 100) / 100;
        signs += `M${at(x, x1)} ${at(y, y1)}L${at(x, x2)} ${at(y, y2)}`;
      }
    }
    return [{ state, shapes, signs }];
  });
}

/** Which of `count` tiles lies under a point, or null. */
export function tileAt(x: number, y: number, grid: TileGrid, count: number): number | null {
  const step = grid.size + grid.gap;
  const column = Math.floor(x / step);
  const row = Math.floor(y / step);
  if (column < 0 || row < 0 || column >= grid.columns) return null;
  const index = row * grid.columns + column;
  return index < count ? index : null;
}
