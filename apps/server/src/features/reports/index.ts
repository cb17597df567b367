export { reportsMigration } from './reports.migration';
