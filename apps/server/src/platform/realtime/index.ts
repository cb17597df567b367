export * from './handshake-error';
export * from './socket-adapter';
