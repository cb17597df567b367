export * from './cluster-events';
export * from './cluster-node';
export * from './cluster.migration';
export * from './cluster.module';
export type { NodeRow } from './nodes.repository';
