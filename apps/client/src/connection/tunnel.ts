import * as http from 'node:http';
import * as https from 'node:https';
import { isIP } from 'node:net';
import { type Duplex } from 'node:stream';
import type * as tls from 'node:tls';
import { type Proxy } from './proxy';

/** How long a proxy may take to open the tunnel. */
const TIMEOUT_MS = 15_000;

/** The proxy can't be used; `cause` says why when it couldn't be reached, `status` what it answered instead of a tunnel. */
export class ProxyFailed extends Error {
  constructor(
    readonly proxy: Proxy,
    readonly status: number | undefined,
    /** The kinds of authentication that it asks for: "NTLM", "Basic" … */
    readonly schemes: readonly string[] = [],
    options: { readonly cause?: unknown } = {},
  ) {
    super(`The proxy ${proxy.url} opened no tunnel.`, options);
    this.name = 'ProxyFailed';
  }
}

/**
 * Opens a tunnel to `host:port` through `proxy` by HTTP CONNECT; resolves with the bare connection. Throws
 * {@link ProxyFailed}. Node's own HTTP client does the talking, so that what a proxy answers has its limits.
 */
export function openTunnel(
  proxy: Proxy,
  host: string,
  port: number,
  trust: tls.SecureContext | undefined,
): Promise<Duplex> {
  const url = new URL(proxy.url);
  const isSecure = url.protocol === 'https:';
  const target = `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
  const options = {
    method: 'CONNECT',
    host: url.hostname.replaceAll(/^\[|\]$/g, ''),
    port: url.port === '' ? (isSecure ? 443 : 80) : Number(url.port),
    path: target,
    headers: { host: target, ...authorization(proxy) },
    agent: false as const,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  };
  return new Promise((resolve, reject) => {
    const request = isSecure
      ? https.request({
          ...options,
          rejectUnauthorized: true,
          ...(trust && { secureContext: trust }),
        })
      : http.request(options);
    request.on('connect', ({ statusCode = 0, headers }, socket, head) => {
      if (statusCode >= 200 && statusCode < 300) {
        if (head.length > 0) socket.unshift(head);
        resolve(socket);
        return;
      }
      socket.destroy();
      reject(new ProxyFailed(proxy, statusCode, schemesOf(headers['proxy-authenticate'])));
    });
    request.on('error', (cause) => {
      reject(new ProxyFailed(proxy, undefined, [], { cause }));
    });
    request.end();
  });
}

function authorization({ credentials }: Proxy): Record<string, string> {
  if (!credentials) return {};
  const basic = Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64');
  return { 'proxy-authorization': `Basic ${basic}` };
}

/** "Basic realm=…, NTLM" names two. */
function schemesOf(header: readonly string[] | string | undefined): readonly string[] {
  const text = (typeof header === 'string' ? [header] : (header ?? [])).join(',');
  const bare = text.replaceAll(/"[^"]*"/g, '');
  const found = [...bare.matchAll(/(?:^|,)\s*([A-Za-z][A-Za-z0-9-]*)(?=\s|,|$)/g)];
  return [...new Set(found.map(([, scheme = '']) => scheme))].slice(0, 10);
}
