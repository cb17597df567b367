import { isIP } from 'node:net';

/** The address of a server can't be used; the message says why. */
export class UnusableServerUrl extends Error {
  constructor(text: string, reason: string) {
    super(`"${text}" can't be the server's address: ${reason}.`);
    this.name = 'UnusableServerUrl';
  }
}

/**
 * The origin of the server, without a slash at its end. Plain http is taken for this machine itself, and elsewhere only
 * when `allowHttp` says so. Throws {@link UnusableServerUrl}.
 */
export function serverOrigin(text: string, allowHttp: boolean): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new UnusableServerUrl(text, 'it is no URL (https://fleetmend.example.com is one)');
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new UnusableServerUrl(text, 'it must begin with https://');
  }
  if (url.username !== '' || url.password !== '') {
    throw new UnusableServerUrl(url.host, 'it must not carry a user or a password');
  }
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    throw new UnusableServerUrl(text, 'it must be an origin, without anything behind the host');
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname) && !allowHttp) {
    throw new UnusableServerUrl(
      text,
      'everybody on the way can read and change plain http. Use https, or --allow-http in a network that you trust',
    );
  }
  return url.origin;
}

/** Whether a host of a URL is this machine itself. */
export function isLoopback(hostname: string): boolean {
  if (hostname === 'localhost' || hostname === '[::1]') return true;
  return isIP(hostname) === 4 && hostname.startsWith('127.');
}
