export * from './events';
export * from './events.module';
export type { FarEvents } from './far-events';
export * from './server-events';
