export type { DataSourceOptions } from './data-source';
export * from './database';
export * from './database-unavailable';
export * from './database.module';
export {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from './embedded/embedded-postgres';
export type { Listener, ListenerOptions } from './listener';
export { type Migration, migration } from './migration';
export * from './sql';
