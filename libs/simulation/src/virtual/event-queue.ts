interface Waiting {
  readonly at: number;
  /** What was added first comes first at the same time. */
  readonly order: number;
  readonly what: () => void;
}

/** Events of a virtual time, done one after the other in the order of their times. A binary heap. */
export class EventQueue {
  readonly #heap: Waiting[] = [];
  #now: number;
  #added = 0;

  /** `start` in milliseconds since 1970. */
  constructor(start: number) {
    this.#now = start;
  }

  /** The virtual time, in milliseconds since 1970. */
  get now(): number {
    return this.#now;
  }
  get size(): number {
    return this.#heap.length;
  }
  /** When the next event is, if there is one. */
  get next(): number | undefined {
    return this.#heap[0]?.at;
  }

  /** Does `what` at a time; at once when that is past. */
  add(at: number, what: () => void): void {
    const waiting = { at: Math.max(at, this.#now), order: this.#added, what };
    this.#added += 1;
    const heap = this.#heap;
    let index = heap.push(waiting) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || isBefore(above, waiting)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = waiting;
  }

  /** Does everything until `time`, also what is added meanwhile, and leaves the clock there. */
  runUntil(time: number): void {
    for (;;) {
      const [first] = this.#heap;
      if (first === undefined || first.at > time) break;
      this.#takeFirst();
      this.#now = first.at;
      first.what();
    }
    this.#now = Math.max(this.#now, time);
  }

  #takeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      const [left, right] = [heap[child], heap[child + 1]];
      if (left === undefined) break;
      const smaller = right !== undefined && isBefore(right, left) ? right : left;
      if (smaller === right) child += 1;
      if (!isBefore(smaller, last)) break;
      heap[index] = smaller;
      index = child;
    }
    heap[index] = last;
  }
}

function isBefore(a: Waiting, b: Waiting): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
