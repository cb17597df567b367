import { isIP } from 'node:net';

/** A proxy through which the server is reached, by HTTP CONNECT. */
export interface Proxy {
  /** `http://host:port`, or `https://…` when the way to the proxy itself is TLS. Never with credentials. */
  readonly url: string;
  /** Basic authentication. */
  readonly credentials?: ProxyCredentials | undefined;
  /** Who said so, for people: "the setting of the enrolment". */
  readonly origin: string;
}

export interface ProxyCredentials {
  readonly user: string;
  readonly password: string;
}

/** The address of a proxy can't be used; the message says why, and holds no password. */
export class UnusableProxy extends Error {
  constructor(reason: string) {
    super(`This can't be the address of a proxy: ${reason}.`);
    this.name = 'UnusableProxy';
  }
}

/** `host:port` or a URL as a proxy's address. Throws {@link UnusableProxy}. */
export function proxyOf(text: string, origin: string): Proxy {
  const trimmed = text.trim();
  const url = URL.parse(/^[a-z0-9+.-]+:\/\//i.test(trimmed) ? trimmed : `http://${trimmed}`);
  if (url?.hostname === undefined || url.hostname === '') {
    throw new UnusableProxy('it is no http://host:port');
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new UnusableProxy(`only http:// and https:// proxies can be used, not ${url.protocol}//`);
  }
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    throw new UnusableProxy('there must be nothing behind host and port');
  }
  const { username, password, protocol, hostname, port } = url;
  const credentials =
    username === '' ? undefined : { user: decoded(username), password: decoded(password) };
  // WinHTTP and curl mean 80 and 443 when no port is given, as URLs do.
  return { url: `${protocol}//${hostname}${port === '' ? '' : `:${port}`}`, credentials, origin };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new UnusableProxy('its user or password is not percent-encoded');
  }
}

/** The proxies of a WinHTTP string that are for `protocol` (`https:` or `http:`), in order. Others are left out. */
export function windowsProxies(text: string, protocol: string, origin: string): readonly Proxy[] {
  const own = `${protocol.replace(':', '')}=`;
  const entries = text.split(/[;\s]+/).filter((entry) => entry !== '');
  const named = entries.filter((entry) => entry.toLowerCase().startsWith(own));
  const general = entries.filter((entry) => !/^[a-z]+=/i.test(entry));
  const chosen = named.length > 0 ? named.map((entry) => entry.slice(own.length)) : general;
  return chosen.flatMap((entry) => {
    try {
      return [proxyOf(entry, origin)];
    } catch {
      // A SOCKS proxy among others: the others may do.
      return [];
    }
  });
}

/** Whether a host is on a list of those that are reached directly: as WinHTTP writes it, or as `NO_PROXY` does. */
export function isBypassed(server: URL, list: string): boolean {
  const host = server.hostname.replaceAll(/^\[|\]$/g, '').toLowerCase();
  const port = server.port === '' ? (server.protocol === 'https:' ? '443' : '80') : server.port;
  return list
    .toLowerCase()
    .split(/[;,\s]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (entry === '*' || entry === host) return true;
      if (entry === '<local>') return isIP(host) === 0 && !host.includes('.');
      const [, name = '', only] = /^(?:[a-z]+:\/\/)?\[?([^[\]]*?)\]?(?::(\d+))?$/.exec(entry) ?? [];
      if (only !== undefined && only !== port) return false;
      return matches(host, name);
    });
}

/** `*` stands for any text; a name that begins with a dot, and a plain domain of `NO_PROXY`, for all below it, too. */
function matches(host: string, name: string): boolean {
  if (name === '') return false;
  if (name.includes('*')) {
    const pattern = name.split('*').map((part) => part.replaceAll(/[\\^$.+?()[\]{}|/-]/g, '\\$&'));
    return new RegExp(`^${pattern.join('.*')}$`).test(host);
  }
  const plain = name.replace(/^\./, '');
  return host === plain || (isIP(host) === 0 && host.endsWith(`.${plain}`));
}
