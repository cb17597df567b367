/** A life cycle as a table: where it starts, and where each state may move. A state without moves is an end. */
export interface LifeCycle<S extends string> {
  readonly start: S;
  readonly states: readonly S[];
  /** Whether `from` may move to `to`. */
  allows(from: S, to: S): boolean;
  /** Where `from` may move. */
  movesFrom(from: S): readonly S[];
  /** Whether nothing follows. */
  isEnd(state: S): boolean;
}

/** A move that the table doesn't know. */
export class ForbiddenMove extends Error {
  constructor(
    readonly from: string,
    readonly to: string,
  ) {
    super(`There is no move from "${from}" to "${to}".`);
    this.name = 'ForbiddenMove';
  }
}

/** Makes a life cycle of its table. */
export function lifeCycle<S extends string>(table: {
  readonly start: S;
  readonly moves: Readonly<Record<S, readonly S[]>>;
}): LifeCycle<S> {
  return {
    start: table.start,
    states: Object.keys(table.moves) as S[],
    allows: (from, to) => table.moves[from].includes(to),
    movesFrom: (from) => table.moves[from],
    isEnd: (state) => table.moves[state].length === 0,
  };
}

/** Moves `from` to `to`, or throws {@link ForbiddenMove}. */
export function move<S extends string>(cycle: LifeCycle<S>, from: S, to: S): S {
  if (!cycle.allows(from, to)) throw new ForbiddenMove(from, to);
  return to;
}
