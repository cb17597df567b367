import * as http from 'node:http';
import * as https from 'node:https';
import { isIP } from 'node:net';
import * as tls from 'node:tls';
import { type Proxy } from './proxy';
import { openTunnel } from './tunnel';

/** From when until when the certificate counts that the other side showed. Only for words: see {@link Route}. */
export interface Validity {
  readonly from: Date;
  readonly to: Date;
}

/**
 * One way to the server: directly or through a proxy, over plain HTTP or TLS. Everything that is sent to the server, its
 * socket and single requests, goes over the agent of a route.
 *
 * TLS is checked, always: neither an option nor the environment takes that back.
 */
export class Route {
  readonly agent: http.Agent;
  /** The certificate that was shown last, also by one who was refused for it. */
  shown: Validity | undefined;

  constructor(
    /** The server's origin. */
    readonly server: string,
    readonly proxy: Proxy | undefined,
    /** Further certificate authorities, PEM, beside those that the program trusts anyway. */
    authorities: readonly string[] = [],
  ) {
    const trust =
      authorities.length > 0
        ? tls.createSecureContext({ ca: [...tls.getCACertificates('default'), ...authorities] })
        : undefined;
    this.agent = server.startsWith('https:') ? this.secureAgent(trust) : this.plainAgent(trust);
  }

  /** "directly", or "through the proxy …". */
  get words(): string {
    return this.proxy ? `through the proxy ${this.proxy.url} (${this.proxy.origin})` : 'directly';
  }

  private plainAgent(trust: tls.SecureContext | undefined): http.Agent {
    const { proxy } = this;
    if (!proxy) return new http.Agent();
    const agent = new http.Agent();
    agent.createConnection = (options, callback) => {
      openTunnel(proxy, options.host ?? '', Number(options.port), trust).then(
        (socket) => callback?.(null, socket),
        (error: unknown) => callback?.(error as Error, undefined as never),
      );
      return undefined;
    };
    return agent;
  }

  private secureAgent(trust: tls.SecureContext | undefined): https.Agent {
    const { proxy } = this;
    const checks = { rejectUnauthorized: true, ...(trust && { secureContext: trust }) };
    const agent = new https.Agent();
    agent.createConnection = (options: tls.ConnectionOptions, callback) => {
      const host = options.host ?? '';
      const begin = (socket?: tls.ConnectionOptions['socket']) =>
        this.watch(
          tls.connect({
            ...options,
            ...checks,
            ...(isIP(host) === 0 && { servername: host }),
            ...(socket && { socket }),
          }),
        );
      if (!proxy) return begin();
      openTunnel(proxy, host, Number(options.port), trust).then(
        (socket) => callback?.(null, begin(socket)),
        (error: unknown) => callback?.(error as Error, undefined as never),
      );
      return undefined;
    };
    return agent;
  }

  /**
   * Notes how long the certificate is valid, before it is judged: when it is refused for that, it matters whether it or
   * this machine's clock is wrong. Nothing is sent to somebody whose certificate was refused.
   */
  private watch(socket: tls.TLSSocket): tls.TLSSocket {
    this.shown = undefined;
    socket.prependOnceListener('secure', () => {
      const { valid_from, valid_to } = socket.getPeerCertificate();
      const [from, to] = [new Date(valid_from), new Date(valid_to)];
      const isDate = !Number.isNaN(from.getTime()) && !Number.isNaN(to.getTime());
      this.shown = isDate ? { from, to } : undefined;
    });
    return socket;
  }
}
