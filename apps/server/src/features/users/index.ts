export { isFromOurPages } from './cross-site';
export { SessionsService } from './sessions.service';
export { SetupService } from './setup.service';
export { usersMigration } from './users.migration';
export * from './users.module';
