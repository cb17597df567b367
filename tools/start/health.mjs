import { setTimeout as delay } from 'node:timers/promises';

/** Where the server of this environment answers, seen from this computer. */
export function healthUrl({ HOST, PORT }) {
  const host = !HOST || ['0.0.0.0', '::'].includes(HOST) ? '127.0.0.1' : HOST;
  return `http://${host.includes(':') ? `[${host}]` : host}:${PORT || 3000}`;
}

/**
 * Waits until the server at `url` is healthy and answers that URL; undefined if the server `ended` (a promise)
 * before, or took longer than `milliseconds`.
 */
export async function healthy(url, ended, milliseconds) {
  let over = false;
  void ended.then(() => (over = true));
  const deadline = Date.now() + milliseconds;
  while (!over && Date.now() < deadline) {
    if (await answers(url)) return url;
    await delay(100);
  }
  return undefined;
}

const answers = (url) =>
  fetch(`${url}/api/v1/health`, { signal: AbortSignal.timeout(2000) }).then(
    (response) => response.ok,
    () => false,
  );
