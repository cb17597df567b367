import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a browser says that the request comes from a page of this server. `Sec-Fetch-Site` can't be set by scripts;
 * where a browser doesn't send it, `Origin` must name us. Programs send neither.
 */
export function isFromOurPages(headers: IncomingHttpHeaders, publicUrl: string): boolean {
  const site = headers['sec-fetch-site'];
  if (typeof site === 'string') return site === 'same-origin' || site === 'none';
  const { origin, host } = headers;
  if (origin === undefined) return true;
  return URL.parse(origin)?.host === host || origin === URL.parse(publicUrl)?.origin;
}
