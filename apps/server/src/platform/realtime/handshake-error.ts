import type { ExtendedError } from 'socket.io';

/** Refuses a handshake: `message` reaches the other side as that of `connect_error`, with `data`. */
export class HandshakeError<Code extends string = string> extends Error implements ExtendedError {
  constructor(
    readonly code: Code,
    readonly data?: Readonly<Record<string, unknown>>,
  ) {
    super(code);
    this.name = 'HandshakeError';
  }
}
