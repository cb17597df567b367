export * from './job';
export * from './jobs';
export * from './jobs.migration';
export * from './jobs.module';
