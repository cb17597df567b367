export * from './connections.module';
export { ConnectionsService } from './connections.service';
