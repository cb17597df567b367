import { CSRF_HEADER, type Session } from '@fleetmend/dashboard-api';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Config, readConfig } from '../src/platform/config';
import { Logger } from '../src/platform/logging';
import { type RunningServer, startServer } from '../src/server';
import { type TestDatabase, testDatabase } from './test-database';

export const ADMINISTRATOR = { email: 'admin@example.org', password: 'correct horse battery' };

/** The whole server on a database of the spec's own, at a port of its own. */
export interface TestServer extends TestDatabase {
  readonly running: RunningServer;
  readonly config: Config;
  readonly address: string;
  /** A browser that has no cookie yet. */
  browser(): Browser;
  /** A browser in which the administrator of the environment has signed in, with a session of its own. */
  administrator(): Promise<Browser>;
  /** The same, shared by all tests of the file: hashing passwords takes time. Don't sign it out. */
  sharedAdministrator(): Promise<Browser>;
}

/** The answer of a request, read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** Starts the server before the tests of a file (or `describe`) and stops it after them. */
export function testServer(overrides: Partial<Config> = {}): TestServer {
  let running: RunningServer | undefined;
  let config: Config | undefined;
  let folder: string;
  // Jest does these in the order in which they are written down: the server ends before its database does.
  afterAll(async () => {
    await running?.stop();
    rmSync(folder, { recursive: true });
  });
  const test = testDatabase();
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'fleetmend-server-'));
    config = {
      ...readConfig({ PORT: '0', LOG_LEVEL: 'silent' }),
      databaseUrl: test.url,
      dataDirectory: folder,
      dashboardDirectory: join(folder, 'no-dashboard'),
      administrator: ADMINISTRATOR,
      ...overrides,
    };
    running = await startServer(config, Logger.open(config.logLevel));
  });
  return serverOver(test, () => {
    if (!running || !config) throw new Error('The server is there from beforeAll on.');
    return { running, config };
  });
}

/**
 * One more server on the database and the data folder of `first`, for a `describe` within that of `first`: so it ends
 * before.
 */
export function testNode(first: TestServer, overrides: Partial<Config> = {}): TestServer {
  let running: RunningServer | undefined;
  let config: Config | undefined;
  beforeAll(async () => {
    config = { ...first.config, ...overrides };
    running = await startServer(config, Logger.open(config.logLevel));
  });
  afterAll(async () => {
    await running?.stop();
  });
  return serverOver(first, () => {
    if (!running || !config) throw new Error('The server is there from beforeAll on.');
    return { running, config };
  });
}

function serverOver(
  test: TestDatabase,
  started: () => { readonly running: RunningServer; readonly config: Config },
): TestServer {
  let shared: Promise<Browser> | undefined;
  const server = {
    get url() {
      return test.url;
    },
    get errors() {
      return test.errors;
    },
    get database() {
      return test.database;
    },
    get running() {
      return started().running;
    },
    get config() {
      return started().config;
    },
    get address() {
      return this.running.url;
    },
    browser: (): Browser => new Browser(server.address),
    administrator: async () => {
      const browser = server.browser();
      await browser.signIn(ADMINISTRATOR);
      return browser;
    },
    sharedAdministrator: () => (shared ??= server.administrator()),
  };
  return server;
}

/** As much of a browser as the API sees: it keeps the cookie, and sends the token that the session gave. */
export class Browser {
  cookie: string | undefined;
  csrfToken: string | undefined;

  constructor(private readonly address: string) {}

  async request(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const response = await fetch(`${this.address}${path}`, {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(this.cookie !== undefined && { cookie: this.cookie }),
        ...(this.csrfToken !== undefined && { [CSRF_HEADER]: this.csrfToken }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      redirect: 'manual',
    });
    const [cookie] = response.headers.getSetCookie();
    if (cookie !== undefined) this.cookie = cookie.split(';', 1)[0];
    const text = await response.text();
    const json = response.headers.get('content-type')?.startsWith('application/json') === true;
    return {
      status: response.status,
      headers: response.headers,
      body: json ? (JSON.parse(text) as unknown) : text,
    };
  }

  get(path: string): Promise<Answer> {
    return this.request('GET', `/api/v1${path}`);
  }
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer> {
    return this.request('POST', `/api/v1${path}`, body, headers);
  }
  patch(path: string, body: unknown): Promise<Answer> {
    return this.request('PATCH', `/api/v1${path}`, body);
  }
  delete(path: string): Promise<Answer> {
    return this.request('DELETE', `/api/v1${path}`);
  }

  /** Signs in and keeps what the session gave; throws when it is refused. */
  async signIn(who: { readonly email: string; readonly password: string }): Promise<Session> {
    const { status, body } = await this.post('/session', who);
    if (status !== 201) throw new Error(`Signing in was refused: ${JSON.stringify(body)}`);
    const session = body as Session;
    this.csrfToken = session.csrfToken;
    return session;
  }
}
