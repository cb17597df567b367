import { API_PREFIX, CSRF_HEADER, sessionSchema } from '@fleetmend/dashboard-api';
import { administrator } from './product';

/** The REST interface as the administrator sees it, without a browser. */
export interface Api {
  get(path: string): Promise<unknown>;
  /** Also for PATCH and DELETE, by `method`. */
  send(path: string, body: unknown, method?: string): Promise<unknown>;
}

/** Signs the administrator of {@link startProduct} in. Every answer but 2xx rejects with its text. */
export async function signIn(url: string, account = administrator): Promise<Api> {
  const base = `${url}${API_PREFIX}`;
  const json = { 'content-type': 'application/json' };
  const signedIn = await fetch(`${base}/session`, {
    method: 'POST',
    headers: json,
    body: JSON.stringify(account),
  });
  const { csrfToken } = sessionSchema.parse(await answerOf(signedIn));
  const cookie = signedIn.headers
    .getSetCookie()
    .map((text) => text.split(';', 1)[0])
    .join('; ');
  const headers = { ...json, cookie, [CSRF_HEADER]: csrfToken };
  return {
    get: async (path) => answerOf(await fetch(`${base}${path}`, { headers })),
    send: async (path, body, method = 'POST') =>
      answerOf(await fetch(`${base}${path}`, { method, headers, body: JSON.stringify(body) })),
  };
}

async function answerOf(response: Response): Promise<unknown> {
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${text}`);
  return text === '' ? undefined : (JSON.parse(text) as unknown);
}
