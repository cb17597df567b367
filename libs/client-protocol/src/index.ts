export * from './acknowledgement';
export * from './identity';
export * from './inventory';
export * from './order';
export * from './report';
export * from './update';
