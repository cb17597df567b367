export * from './as-request-error';
export * from './error-codes';
export * from './request-error';
