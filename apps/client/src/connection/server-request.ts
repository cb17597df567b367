import * as http from 'node:http';
import * as https from 'node:https';
import { type Route } from './route';

/** Far more than any answer of the API that the client asks for. */
const LARGEST_ANSWER = 1_000_000;

/** The answer of the server, or of whoever answers in its place. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  /** What the other side takes for now, if it says so. */
  readonly date: Date | undefined;
  /** How long it wants to be left alone. */
  readonly retryAfterSeconds: number | undefined;
  readonly text: string;
}

/** Asks the server over a route; follows no redirect. Throws what Node says when it can't be reached. */
export function ask(
  route: Route,
  path: string,
  options: { readonly body?: object; readonly timeoutMs: number },
): Promise<Answer> {
  const url = new URL(path, route.server);
  const client = url.protocol === 'https:' ? https : http;
  const body = options.body === undefined ? undefined : Buffer.from(JSON.stringify(options.body));
  return new Promise((resolve, reject) => {
    const request = client.request(url, {
      agent: route.agent,
      method: body ? 'POST' : 'GET',
      headers: body && { 'content-type': 'application/json', 'content-length': body.length },
      signal: AbortSignal.timeout(options.timeoutMs),
    });
    request.on('error', reject);
    request.on('response', (response) => {
      read(response).then(resolve, reject);
    });
    request.end(body);
  });
}

async function read(response: http.IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_ANSWER) break;
    chunks.push(chunk);
  }
  response.destroy();
  return { ...headOf(response), text: Buffer.concat(chunks).toString() };
}

/** The JSON of an answer; undefined when it is none. */
export function contentOf({ text }: Answer): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What an answer says before its content. */
export function headOf(response: http.IncomingMessage): Omit<Answer, 'text'> {
  const date = new Date(response.headers.date ?? '');
  const retryAfter = Number(response.headers['retry-after'] ?? NaN);
  return {
    status: response.statusCode ?? 0,
    contentType: response.headers['content-type'] ?? '',
    date: Number.isNaN(date.getTime()) ? undefined : date,
    retryAfterSeconds: retryAfter > 0 ? retryAfter : undefined,
  };
}
