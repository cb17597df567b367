export * from './failure';
export * from './life-cycle';
export * from './playbook';
export * from './run';
