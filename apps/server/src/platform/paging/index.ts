export * from './cursor';
export * from './sql-conditions';
