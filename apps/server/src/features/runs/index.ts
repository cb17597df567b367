export { runsMigration } from './runs.migration';
