import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A step of the schema, as TypeORM wants it: a class that is named after what it does and when it was written. */
export type Migration = new () => MigrationInterface;

/**
 * Makes a migration of SQL. `writtenAt` (milliseconds since 1970) orders migrations for good; `up` is never edited once
 * it has been released. There is no way down: a backup is.
 */
export function migration(title: string, writtenAt: number, up: string): Migration {
  const name = `${title}${writtenAt}`;
  return class implements MigrationInterface {
    readonly name = name;
    async up(runner: QueryRunner): Promise<void> {
      await runner.query(up);
    }
    down(): Promise<void> {
      return Promise.reject(new Error('Migrations only go up: restore a backup instead.'));
    }
  };
}
