import { provideHttpClient } from '@angular/common/http';
import {
  HttpTestingController,
  type TestRequest,
  provideHttpClientTesting,
} from '@angular/common/http/testing';
import { type EnvironmentProviders, type Provider } from '@angular/core';
import { type ComponentFixture, TestBed } from '@angular/core/testing';
import { settled } from './deferred';

/** Everything real down to HTTP; the test is the server. */
export function provideRealApi(): (Provider | EnvironmentProviders)[] {
  return [provideHttpClient(), provideHttpClientTesting()];
}

/** What was asked, as far as tests look at it. */
export interface Asked {
  readonly body: unknown;
  readonly url: string;
  /** With small letters. */
  readonly headers: ReadonlyMap<string, string>;
}

/** The server that the test plays. Requests are named by method and path: `GET /users`. */
export class PlayedServer {
  readonly #http = TestBed.inject(HttpTestingController);

  /** Waits for the request and answers; resolves when the answer has had its effect. */
  async answer(request: string, body: unknown, status = 200): Promise<Asked> {
    const open = await this.#arrived(request);
    open.flush(body as object | null, { status, statusText: `${status}` });
    await settled();
    const { headers, urlWithParams: url } = open.request;
    const names = headers.keys();
    return {
      body: open.request.body,
      url,
      headers: new Map(names.map((name) => [name.toLowerCase(), headers.get(name) ?? ''])),
    };
  }

  /** Waits for the request and never answers it. */
  async drop(request: string): Promise<void> {
    (await this.#arrived(request)).error(new ProgressEvent('error'));
    await settled();
  }

  /** Nothing is open any more. */
  verify(): void {
    this.#http.verify({ ignoreCancelled: true });
  }

  async #arrived(request: string): Promise<TestRequest> {
    const [method, path] = request.split(' ');
    for (let turn = 0; turn < 20; turn++) {
      const [open] = this.#http.match(
        (each) => each.method === method && each.url === `/api/v1${path}`,
      );
      if (open !== undefined) return open;
      await settled();
      TestBed.tick();
    }
    const others = this.#http
      .match(() => true)
      .map(({ request: { method, url } }) => `${method} ${url}`);
    throw new Error(`Nobody asked for ${request}; open: ${others.join(', ') || 'nothing'}`);
  }
}

/** Lets promises and rendering come to rest. */
export async function rendered(fixture: ComponentFixture<unknown>): Promise<void> {
  await settled();
  await fixture.whenStable();
  await settled();
  await fixture.whenStable();
}
