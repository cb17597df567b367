/**
 * Shares out groups over bins: `shares[group][bin]`. Each bin gets of each group its share rounded down or up, each group
 * is shared out whole, and each bin is full. The sizes of the groups and those of the bins must sum up to the same.
 *
 * Rounding each share by itself would not fill the bins. So, as in Cox's controlled rounding: while any cell has a
 * fraction, a loop of such cells is looked for that goes along groups and bins in turn, and every second one of its
 * cells is raised by what the others are lowered, until one is whole. Sums stay as they are, no cell leaves the whole
 * numbers around its share, and by the odds at which the direction is drawn each cell keeps its share on average.
 * Fractions are whole numbers too: so many parts of all.
 */
export function fairShares(
  groups: readonly number[],
  bins: readonly number[],
  random: () => number,
): number[][] {
  const all = sum(bins);
  if (sum(groups) !== all) throw new RangeError('groups and bins must hold the same number');
  if (all === 0) return groups.map(() => bins.map(() => 0));
  // Only the fractions are worked on; what is whole is added in the end.
  const parts = new Parts(groups, bins, all);
  for (let loop = parts.nextLoop(); loop !== null; loop = parts.nextLoop()) {
    const odd = (index: number) => index % 2 === 1;
    const values = loop.map((cell) => parts.get(cell));
    // By so much every second cell can rise, from the first on or from the second on.
    const rise = (from: boolean) =>
      Math.min(...values.map((value, index) => (odd(index) === from ? all - value : value)));
    const [first, second] = [rise(false), rise(true)];
    const fromSecond = random() * (first + second) < first;
    const by = fromSecond ? second : first;
    loop.forEach((cell, index) => {
      parts.add(cell, odd(index) === fromSecond ? by : -by);
    });
  }
  return groups.map((group, row) =>
    bins.map((bin, column) => {
      const down = Math.floor((group * bin) / all);
      return down + (parts.get([row, groups.length + column]) === all ? 1 : 0);
    }),
  );
}

/** A cell as the two lines that cross in it, in either order: groups come first, bins are counted on after them. */
type Cell = readonly [number, number];

/** The fractions of all cells, and the loops in them. */
class Parts {
  private readonly parts: number[];
  /** For each line the lines that may cross it in a cell with a fraction; whole ones are dropped when they are met. */
  private readonly crossings: number[][];
  /** Lines that were gone along, each crossing the one before it in a cell with a fraction. */
  private readonly way: number[] = [];
  /** Where in the way a line is, if it is. */
  private readonly placeOf = new Map<number, number>();
  private nextStart = 0;

  constructor(
    private readonly groups: readonly number[],
    private readonly bins: readonly number[],
    private readonly all: number,
  ) {
    this.parts = groups.flatMap((group) => bins.map((bin) => (group * bin) % all));
    const rows = groups.map((_, row) => row);
    const columns = bins.map((_, column) => groups.length + column);
    this.crossings = [...rows.map(() => [...columns]), ...columns.map(() => [...rows])];
  }

  get(cell: Cell): number {
    return this.parts[this.indexOf(cell)] ?? 0;
  }

  add(cell: Cell, change: number): void {
    this.parts[this.indexOf(cell)] = this.get(cell) + change;
  }

  /**
   * The cells of a loop; null when all cells are whole. A line with one fraction has two, since its fractions sum up to a
   * whole: so a way never ends before it comes back to itself. What led to the loop is kept to go on from, so the work is
   * about as much as there are cells.
   */
  nextLoop(): Cell[] | null {
    for (;;) {
      const here = this.way.at(-1) ?? this.enter(this.nextStart);
      const next = this.crossing(here, this.way.at(-2));
      if (next === undefined) {
        // Only at the start of a way: nothing with a fraction is left along this line.
        this.leave(0);
        this.nextStart += 1;
        if (this.nextStart >= this.groups.length) return null;
        continue;
      }
      const place = this.placeOf.get(next);
      if (place === undefined) {
        this.enter(next);
        continue;
      }
      const lines = this.way.slice(place);
      this.leave(place + 1);
      return lines.map((line, index) => [line, lines[index + 1] ?? next]);
    }
  }

  private enter(line: number): number {
    this.placeOf.set(line, this.way.length);
    this.way.push(line);
    return line;
  }

  private leave(length: number): void {
    for (const line of this.way.splice(length)) this.placeOf.delete(line);
  }

  /** A line that crosses the last one in a cell with a fraction, not the one that was come from. */
  private crossing(line: number, from: number | undefined): number | undefined {
    // One that the way was at makes a loop, the later the shorter.
    for (let index = this.way.length - 4; index >= 0; index -= 2) {
      const other = this.way[index];
      if (other !== undefined && this.hasFraction([line, other])) return other;
    }
    const crossings = this.crossings[line] ?? [];
    for (let index = crossings.length - 1; index >= 0; index -= 1) {
      const other = crossings[index] ?? 0;
      if (!this.hasFraction([line, other])) {
        crossings[index] = crossings[crossings.length - 1] ?? 0;
        crossings.pop();
      } else if (other !== from) return other;
    }
    return undefined;
  }

  private hasFraction(cell: Cell): boolean {
    const part = this.get(cell);
    return part > 0 && part < this.all;
  }

  private indexOf([one, other]: Cell): number {
    const row = Math.min(one, other);
    return row * this.bins.length + Math.max(one, other) - this.groups.length;
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
