export * from './amount';
export * from './campaign';
export * from './campaign-plan';
export * from './gate-rule';
