import { type DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';

/**
 * The client's memory: one SQLite file. All calls are synchronous and short; whatever must be true together is
 * written in one {@link State.transaction}.
 */
export class State {
  private readonly statements = new Map<string, StatementSync>();
  private depth = 0;

  constructor(
    private readonly database: DatabaseSync,
    /** Where the file is. */
    readonly path: string,
  ) {}

  /** All of `work` or nothing of it; may be nested, and then belongs to the outermost. Rethrows. */
  transaction<T>(work: () => T): T {
    if (this.depth > 0) return work();
    this.database.exec('BEGIN IMMEDIATE');
    this.depth += 1;
    try {
      const result = work();
      this.database.exec('COMMIT');
      return result;
    } catch (error) {
      if (this.database.isTransaction) this.database.exec('ROLLBACK');
      throw error;
    } finally {
      this.depth -= 1;
    }
  }

  /** Runs a statement that answers nothing; returns the number of rows that it changed. */
  run(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.prepared(sql).run(...values).changes);
  }

  /** The first row. The caller vouches for `Row`: it stands in the statement. */
  get(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.prepared(sql).get(...values);
  }

  /** All rows, in memory: only for answers that are bounded. */
  all(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.prepared(sql).all(...values);
  }

  /** The id of the row that was inserted last. */
  lastInsertId(): number {
    return Number(this.get('SELECT last_insert_rowid() AS id')?.['id']);
  }

  close(): void {
    if (this.database.isOpen) this.database.close();
  }

  private prepared(sql: string): StatementSync {
    const known = this.statements.get(sql);
    if (known) return known;
    const statement = this.database.prepare(sql);
    this.statements.set(sql, statement);
    return statement;
  }
}

/** A row as SQLite gives it; read columns with {@link text}, {@link integer} and their `maybe` forms. */
export type Row = Readonly<Record<string, string | number | bigint | Uint8Array | null>>;

/** A TEXT column that is not null. Throws when it is: the schema says otherwise. */
export function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw new TypeError(`Column "${column}" holds no text.`);
  return value;
}

export function maybeText(row: Row, column: string): string | undefined {
  return row[column] === null ? undefined : text(row, column);
}

/** An INTEGER column that is not null. Throws when it is. */
export function integer(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== 'number') throw new TypeError(`Column "${column}" holds no integer.`);
  return value;
}

export function maybeInteger(row: Row, column: string): number | undefined {
  return row[column] === null ? undefined : integer(row, column);
}
