import { TILE_STATES, type TileState } from '@fleetmend/dashboard-api';
import { TILE_WORDS } from '../campaigns/campaign-words';

/** How a machine is painted: a colour (in the style sheet, by state), and a sign that says the same without it. */
export interface TileLook {
  readonly state: TileState;
  readonly label: string;
  /** The sign within a tile from 0,0 to 1,1, as the commands of a path with relative places; empty = none. */
  readonly sign: readonly (readonly [number, number, number, number])[];
}

/** Lines from x, y to x, y: a cross for hard errors, a stroke for soft ones. */
const SIGNS: Readonly<Record<TileState, TileLook['sign']>> = {
  waiting: [],
  working: [[0.5, 0.28, 0.5, 0.72]],
  soaking: [
    [0.36, 0.28, 0.36, 0.72],
    [0.64, 0.28, 0.64, 0.72],
  ],
  success: [],
  unproven: [[0.28, 0.5, 0.72, 0.5]],
  soft: [[0.25, 0.75, 0.75, 0.25]],
  hard: [
    [0.25, 0.25, 0.75, 0.75],
    [0.25, 0.75, 0.75, 0.25],
  ],
  'left-out': [],
  'held-out': [[0.5, 0.49, 0.5, 0.51]],
};

/** Every look, in the order of the legend. */
export const TILE_LOOKS: readonly TileLook[] = TILE_STATES.map((state) => ({
  state,
  label: TILE_WORDS[state].label,
  sign: SIGNS[state],
}));

/** A tile's state in words. */
export function tileLabel(state: TileState): string {
  return TILE_WORDS[state].label;
}

/** Tiles in words: "12 mended, 3 waiting". */
export function tileSpoken(tiles: readonly { readonly s: TileState }[]): string {
  const words = TILE_LOOKS.flatMap(({ state, label }) => {
    const count = tiles.filter(({ s }) => s === state).length;
    return count === 0 ? [] : [`${count.toLocaleString('en')} ${label.toLowerCase()}`];
  });
  return words.length === 0 ? 'no machines' : words.join(', ');
}
