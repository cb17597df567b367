export { DownloadsService } from './downloads.service';
export { OffersService } from './offers.service';
export { releasesMigration } from './releases.migration';
export * from './releases.module';
export { type ReportedUpdate, RolloutWatchService } from './rollout-watch.service';
