import { type Socket } from 'socket.io-client';

/** The connection ended, or doesn't answer, while something was asked. */
export class ConnectionLost extends Error {
  constructor(reason: string) {
    super(`The connection to the server was lost: ${reason}.`);
    this.name = 'ConnectionLost';
  }
}

/** A connection that stands. */
export interface Session {
  /**
   * Sends a message and waits for its acknowledgement, by default for 30 seconds. Throws {@link ConnectionLost}; then the
   * session is over.
   */
  ask(event: string, message: object, withinMs?: number): Promise<unknown>;
  /** Resolves when the server has looked whether the client lives: it looks again after a while, not before. */
  asked(): Promise<void>;
  /** Aborted when the connection has ended. */
  readonly ended: AbortSignal;
}

export const ACKNOWLEDGEMENT_TIMEOUT_MS = 30_000;

export function sessionOf(socket: Socket, ended: AbortSignal): Session {
  return {
    ended,
    ask: (event, message, withinMs = ACKNOWLEDGEMENT_TIMEOUT_MS) =>
      new Promise((resolve, reject) => {
        const lost = () => {
          reject(new ConnectionLost('it ended'));
        };
        if (ended.aborted) {
          lost();
          return;
        }
        ended.addEventListener('abort', lost, { once: true });
        socket
          .timeout(withinMs)
          .emitWithAck(event, message)
          .then(resolve, () => {
            reject(new ConnectionLost(`no acknowledgement of "${event}"`));
          })
          .finally(() => {
            ended.removeEventListener('abort', lost);
          });
      }),
    asked: () =>
      new Promise((resolve) => {
        const finish = () => {
          socket.io.off('ping', finish);
          ended.removeEventListener('abort', finish);
          resolve();
        };
        socket.io.on('ping', finish);
        ended.addEventListener('abort', finish, { once: true });
        if (ended.aborted) finish();
      }),
  };
}
