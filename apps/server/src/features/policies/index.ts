export { policiesMigration } from './policies.migration';
export * from './policies.module';
