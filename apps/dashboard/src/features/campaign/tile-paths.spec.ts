import { TILE_STATES, type TileState } from '@fleetmend/dashboard-api';
import { tileAt, tileColumns, tilePaths } from './tile-paths';

describe('tilePaths', () => {
  const states = Array.from(
    { length: 5000 },
    (_, index): TileState => TILE_STATES[(index * 7) % TILE_STATES.length]!,
  );
  const grid = { size: 9, gap: 2, columns: tileColumns(1000, 9, 2) };

  it('gives each of 5,000 machines one place, in a path for each state', () => {
    const paths = tilePaths(states, grid);
    expect(paths.map(({ state }) => state)).toEqual([...TILE_STATES]);
    const places = paths.flatMap(({ shapes }) => shapes.match(/M\d+ \d+/g) ?? []);
    expect(new Set(places).size).toBe(5000);
  });

  it('finds the machine under each place again', () => {
    for (const { state, shapes } of tilePaths(states, grid)) {
      for (const [, x, y] of shapes.matchAll(/M(\d+) (\d+)/g)) {
        const index = tileAt(Number(x) + 4, Number(y) + 4, grid, states.length);
        expect(states[index!]).toBe(state);
      }
    }
  });

  it('finds none beside the tiles', () => {
    expect(tileAt(1e4, 2, grid, 5000)).toBeNull();
    expect(tileAt(2, 1e4, grid, 5000)).toBeNull();
    expect(tileAt(-1, 2, grid, 5000)).toBeNull();
  });
});
