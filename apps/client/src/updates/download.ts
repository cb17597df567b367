import { open, rm, stat } from 'node:fs/promises';
import * as http from 'node:http';
import * as https from 'node:https';
import { executablePath, PROOF_SCHEME, type ReleaseManifest } from '@fleetmend/client-protocol';
import { type Clock } from '../clock';
import { makeProof } from '../connection/proof';
import { type Route } from '../connection/route';
import { type RouteFinder } from '../connection/route-finder';
import { type ServerClock } from '../connection/server-clock';
import { type Log, rootReasonOf } from '../log';
import { type Identity } from '../state/identity';
import { digestOf } from './update-folder';

export interface DownloadParts {
  readonly identity: Identity;
  readonly serverClock: ServerClock;
  readonly routes: Pick<RouteFinder, 'waysTo'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** `withdrawn`: the server no longer wants this machine to have it, or the offer is over. Nothing went wrong. */
export type Downloaded =
  | { readonly outcome: 'complete' | 'withdrawn' | 'stopped' }
  | {
      readonly outcome: 'failed';
      readonly reason: 'download-failed' | 'wrong-content' | 'disk-full';
      readonly message: string;
    };

/** So many attempts in a row may bring not a byte. */
const FRUITLESS = 30;
const WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 15 * 60_000;
/** No byte for so long: the connection is given up, and what is there is kept. */
const SILENCE_MS = 60_000;

/** What one request gave; `waitMs` when the server has put it off. */
interface Attempt {
  readonly kind: 'progress' | 'nothing' | 'too-much' | 'over';
  readonly why: string;
  readonly waitMs?: number;
}

/** Fetches the executable of a release into `file`, goes on where an earlier attempt ended, and checks its hash. */
export class Download {
  /** Attempts in a row in which no way led to the server. */
  private failures = 0;

  constructor(
    private readonly parts: DownloadParts,
    private readonly releaseId: string,
    private readonly release: Pick<ReleaseManifest, 'sha256' | 'size'>,
    private readonly file: string,
    /** When the offer ends, by the server's clock. */
    private readonly expiresAt: Date,
  ) {}

  async run(stop: AbortSignal): Promise<Downloaded> {
    const { clock, log, serverClock } = this.parts;
    let fruitless = 0;
    while (!stop.aborted) {
      if ((await this.bytes()) === this.release.size) return this.checked();
      if (serverClock.now() >= this.expiresAt) return { outcome: 'withdrawn' };
      let attempt: Attempt;
      try {
        attempt = await this.attempt(stop);
      } catch (error) {
        if (isFull(error)) return failed('disk-full', rootReasonOf(error));
        attempt = { kind: 'nothing', why: rootReasonOf(error) };
      }
      if (attempt.kind === 'over') return { outcome: 'withdrawn' };
      if (attempt.kind === 'too-much') {
        await rm(this.file, { force: true });
        return failed('wrong-content', 'The server sends more than the manifest says.');
      }
      // One that the server puts off is no fruitless one.
      fruitless = attempt.kind === 'progress' || attempt.waitMs !== undefined ? 0 : fruitless + 1;
      if (fruitless >= FRUITLESS) return failed('download-failed', attempt.why);
      if ((await this.bytes()) === this.release.size) continue;
      log.warn('The download of the update goes on later.', { why: attempt.why });
      await clock.sleep(jittered(attempt.waitMs ?? WAIT_MS), stop);
    }
    return { outcome: 'stopped' };
  }

  /** Tries the ways to the server, one after the other, until one gives an answer of it. */
  private async attempt(stop: AbortSignal): Promise<Attempt> {
    const { identity, routes } = this.parts;
    const ways = await routes.waysTo(identity.serverUrl, this.failures > 0);
    let trouble: unknown;
    for (const way of ways) {
      try {
        const attempt = await this.attemptOver(way, stop);
        this.failures = 0;
        return attempt;
      } catch (error) {
        if (isFull(error) || stop.aborted) throw error;
        trouble = error;
      }
    }
    this.failures += 1;
    throw trouble;
  }

  private async attemptOver(way: Route, stop: AbortSignal): Promise<Attempt> {
    const { identity, serverClock } = this.parts;
    const have = await this.bytes();
    const silence = new AbortController();
    const timer = setTimeout(() => {
      silence.abort(new Error(`no byte came for ${SILENCE_MS / 1000} seconds`));
    }, SILENCE_MS);
    const headers = {
      authorization: `${PROOF_SCHEME} ${await makeProof(identity, serverClock.now())}`,
      ...(have > 0 && { range: `bytes=${have}-` }),
    };
    const signal = AbortSignal.any([stop, silence.signal]);
    try {
      const response = await request(way, executablePath(this.releaseId), headers, signal);
      try {
        const refusal = refusalOf(response);
        if (refusal) return refusal;
        const from = response.statusCode === 206 ? startOf(response) : 0;
        if (from !== 0 && from !== have) {
          await rm(this.file, { force: true });
          return { kind: 'nothing', why: 'the server sent another part than was asked for' };
        }
        return await this.receive(response, from, timer);
      } finally {
        response.destroy();
      }
    } finally {
      clearTimeout(timer);
    }
  }

  private async receive(
    response: http.IncomingMessage,
    from: number,
    timer: NodeJS.Timeout,
  ): Promise<Attempt> {
    const handle = await open(this.file, from === 0 ? 'w' : 'r+', 0o600);
    let position = from;
    try {
      for await (const chunk of response as AsyncIterable<Buffer>) {
        if (position + chunk.byteLength > this.release.size) {
          return { kind: 'too-much', why: 'the server sends more than it should' };
        }
        await handle.write(chunk, 0, chunk.byteLength, position);
        position += chunk.byteLength;
        timer.refresh();
      }
    } catch (error) {
      if (isFull(error) || position === from) throw error;
      return { kind: 'progress', why: rootReasonOf(error) };
    } finally {
      await handle.sync().catch(() => undefined);
      await handle.close();
    }
    const why = 'the server ended in the middle';
    return { kind: position > from ? 'progress' : 'nothing', why };
  }

  private async checked(): Promise<Downloaded> {
    if ((await digestOf(this.file)) === this.release.sha256) return { outcome: 'complete' };
    await rm(this.file, { force: true });
    return failed('wrong-content', 'The executable has not the hash that its manifest says.');
  }

  private async bytes(): Promise<number> {
    const size = await stat(this.file).then(
      (found) => found.size,
      () => 0,
    );
    if (size <= this.release.size) return size;
    await rm(this.file, { force: true });
    return 0;
  }
}

/** Asks for the executable; follows no redirect. Ends with `signal` even while a proxy opens no tunnel. */
function request(
  route: Route,
  path: string,
  headers: http.OutgoingHttpHeaders,
  signal: AbortSignal,
): Promise<http.IncomingMessage> {
  const url = new URL(path, route.server);
  const client = url.protocol === 'https:' ? https : http;
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    signal.addEventListener('abort', () => {
      reject(signal.reason as Error);
    });
    client.get(url, { agent: route.agent, headers, signal }, resolve).on('error', reject);
  });
}

/** Whether the server said no, and whether for now or for good. */
function refusalOf(response: http.IncomingMessage): Attempt | undefined {
  const status = response.statusCode ?? 0;
  if (status === 200 || status === 206) return undefined;
  const why = `the server answered with status ${status}`;
  if (status === 404 || status === 409 || status === 410) return { kind: 'over', why };
  if (status !== 429 && status !== 503) return { kind: 'nothing', why };
  const seconds = Number(response.headers['retry-after'] ?? '');
  const waitMs = Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : WAIT_MS;
  return { kind: 'nothing', why, waitMs: Math.min(waitMs, LONGEST_WAIT_MS) };
}

/** The first byte of a part, by its own word; -1 when it doesn't say. */
function startOf(response: http.IncomingMessage): number {
  return Number(/^bytes (\d+)-/.exec(response.headers['content-range'] ?? '')?.[1] ?? -1);
}

/** Between half and one and a half of it: machines that were put off together don't come back together. */
function jittered(milliseconds: number): number {
  return Math.floor(milliseconds * (0.5 + Math.random()));
}

function failed(
  reason: 'download-failed' | 'wrong-content' | 'disk-full',
  message: string,
): Downloaded {
  return { outcome: 'failed', reason, message };
}

function isFull(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | undefined)?.code === 'ENOSPC';
}
