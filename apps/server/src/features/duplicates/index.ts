export { duplicatesMigration } from './duplicates.migration';
export * from './duplicates.module';
export * from './re-enrolments.module';
