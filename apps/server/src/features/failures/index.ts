export { failuresMigration } from './failures.migration';
