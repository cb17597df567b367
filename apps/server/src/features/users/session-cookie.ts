import { parseCookie, stringifySetCookie } from 'cookie';
import { createHash } from 'node:crypto';

/** Over TLS the name's prefix makes browsers refuse the cookie from anywhere but this very host. */
function cookieName(secure: boolean): string {
  return secure ? '__Host-fleetmend_session' : 'fleetmend_session';
}

/** The session's secret in the header `Cookie`, if it looks like one. */
export function secretOf(header: string | undefined, secure: boolean): string | undefined {
  const secret = parseCookie(header ?? '')[cookieName(secure)];
  return secret !== undefined && /^[A-Za-z0-9_-]{43}$/.test(secret) ? secret : undefined;
}

/** The header `Set-Cookie` that keeps `secret` until `expires`, or forgets it. */
export function sessionCookie(secret: string | null, expires: Date, secure: boolean): string {
  return stringifySetCookie({
    name: cookieName(secure),
    value: secret ?? '',
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    secure,
    expires: secret === null ? new Date(0) : expires,
  });
}

/** What the database keeps of a session's secret. */
export function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** What changing requests must carry in their header; tells nothing about the secret it is made of. */
export function csrfTokenOf(secret: string): string {
  return createHash('sha256').update(`csrf:${secret}`).digest('base64url');
}
