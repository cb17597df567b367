import { NodeWebSocket } from 'socket.io-client';
import { WebSocket } from 'ws';
import { type Route } from './route';
import { type Answer, headOf } from './server-request';

/** Instead of a WebSocket there came an ordinary answer: a login page of the network, an error of a proxy … */
export class UnexpectedAnswer extends Error {
  constructor(readonly answer: Omit<Answer, 'text'>) {
    super(`The answer was ${answer.status}, not a WebSocket.`);
    this.name = 'UnexpectedAnswer';
  }
}

/** The connection ended before it stood. */
export class CutOff extends Error {
  readonly code = 'ECONNRESET';
  constructor() {
    super('The connection was cut off.');
    this.name = 'CutOff';
  }
}

/**
 * The WebSockets of socket.io over a route. `failed` hears what went wrong as Node says it: with its code, which
 * socket.io buries; and, perhaps after that, that the connection is over.
 */
export function transportOver(
  route: Route,
  limits: { readonly maxPayload: number; readonly handshakeTimeout: number },
  failed: (error: Error) => void,
): typeof NodeWebSocket {
  return class extends NodeWebSocket {
    override createSocket(address: string): WebSocket {
      const socket = new WebSocket(address, {
        ...limits,
        agent: route.agent,
        perMessageDeflate: false,
      });
      socket.on('unexpected-response', (request, response) => {
        request.destroy(new UnexpectedAnswer(headOf(response)));
      });
      socket.on('error', failed);
      socket.on('close', () => {
        failed(new CutOff());
      });
      return socket;
    }
  };
}
