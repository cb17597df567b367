export { escalationsMigration } from './escalations.migration';
export * from './escalations.module';
