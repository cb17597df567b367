import type { Request } from 'express';

/** Where the caller reaches the server, by what the request says; undefined when that is no address. */
export function originOf(request: Request): string | undefined {
  const url = URL.parse(`${request.protocol}://${request.headers.host ?? ''}`);
  return url?.pathname === '/' && url.username === '' ? url.origin : undefined;
}
