/** Conditions of a WHERE clause and their parameters, numbered as they come. Values never enter the SQL itself. */
export class SqlConditions {
  private readonly conditions: string[] = [];
  readonly parameters: unknown[];

  /** `parameters`: those that the statement has before any condition. */
  constructor(...parameters: readonly unknown[]) {
    this.parameters = [...parameters];
  }

  /** Adds a parameter; answers its place: `$3`. */
  parameter(value: unknown): string {
    this.parameters.push(value);
    return `$${this.parameters.length}`;
  }

  /** Adds a condition that `build` makes, from the places of `values`. */
  add(build: (...places: string[]) => string, ...values: readonly unknown[]): this {
    this.conditions.push(build(...values.map((value) => this.parameter(value))));
    return this;
  }

  /** All conditions, joined; `true` when there are none. */
  get sql(): string {
    return this.conditions.length === 0
      ? 'true'
      : this.conditions.map((each) => `(${each})`).join(' AND ');
  }
}

/** `text` as a pattern for LIKE that finds it anywhere; its own wildcards count as themselves. */
export function anywhere(text: string): string {
  return `%${text.replace(/[\\%_]/g, (character) => `\\${character}`)}%`;
}
