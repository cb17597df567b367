import type { ExtendedError } from 'socket.io';

/** Refuses a handshake: `message` reaches the other side as that of `connect_error`, with `data`. */
export class HandshakeError extends Error implements ExtendedError {
  constructor(
    readonly code: string,
    readonly data?: Readonly<Record<string, unknown>>,
  ) {
    super(code);
    this.name = 'HandshakeError';
  }
}
