import { Location } from '@angular/common';
import { HttpClient, HttpHeaders, HttpParams } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { Router } from '@angular/router';
import { API_PREFIX, CSRF_HEADER, sessionSchema } from '@fleetmend/dashboard-api';
import { type Observable, firstValueFrom, fromEvent, takeUntil } from 'rxjs';
import type * as z from 'zod';
import { ApiError, toApiError } from './api-error';
import { SessionState } from './session-state';

/** Values of a query string; what is undefined, null or empty is left out. Words of a list are parted by commas. */
export type Query = Readonly<
  Record<string, string | number | boolean | readonly string[] | null | undefined>
>;

export interface RequestOptions {
  readonly query?: Query;
  readonly signal?: AbortSignal;
  /** A 401 is an answer like any other here, not the end of the session. */
  readonly anonymous?: boolean;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** The address of a resource: `apiPath('machines', id)`. */
export function apiPath(...parts: readonly string[]): string {
  return '/' + parts.map(encodeURIComponent).join('/');
}

/**
 * The server's REST interface. Every answer is parsed with the contract's schema; everything that goes wrong is an
 * {@link ApiError}; a 401 ends the session here and leads to sign-in and back. Paths are without {@link API_PREFIX}.
 */
@Injectable({ providedIn: 'root' })
export class Api {
  readonly #http = inject(HttpClient);
  readonly #state = inject(SessionState);
  readonly #router = inject(Router);
  readonly #location = inject(Location);

  get<T>(path: string, schema: z.ZodType<T>, options: RequestOptions = {}): Promise<T> {
    return this.#request('GET', path, undefined, schema, options);
  }

  post<T>(
    path: string,
    body: unknown,
    schema: z.ZodType<T>,
    options: RequestOptions = {},
  ): Promise<T> {
    return this.#request('POST', path, body, schema, options);
  }

  /** `body` may be a Blob: then it is sent as it is. */
  put<T>(
    path: string,
    body: unknown,
    schema: z.ZodType<T>,
    options: RequestOptions = {},
  ): Promise<T> {
    return this.#request('PUT', path, body, schema, options);
  }

  patch<T>(
    path: string,
    body: unknown,
    schema: z.ZodType<T>,
    options: RequestOptions = {},
  ): Promise<T> {
    return this.#request('PATCH', path, body, schema, options);
  }

  /** A changing request whose answer doesn't matter. */
  async send(
    method: Method,
    path: string,
    body?: unknown,
    options: RequestOptions = {},
  ): Promise<void> {
    await this.#exchange(method, path, body, options);
  }

  /** A plain text, such as a saved history. */
  async text(path: string, options: RequestOptions = {}): Promise<string> {
    const answer = this.#http.get(API_PREFIX + path, {
      responseType: 'text',
      params: toParams(options.query),
    });
    return this.#await(answer, options);
  }

  async #request<T>(
    method: Method,
    path: string,
    body: unknown,
    schema: z.ZodType<T>,
    options: RequestOptions,
  ): Promise<T> {
    const parsed = schema.safeParse(await this.#exchange(method, path, body, options));
    if (parsed.success) return parsed.data;
    const where = parsed.error.issues[0]?.path.join('.') ?? '';
    throw new ApiError(
      'unexpected-answer',
      `The server's answer does not fit this dashboard (${where || 'whole answer'}). Reload the page.`,
    );
  }

  async #exchange(
    method: Method,
    path: string,
    body: unknown,
    options: RequestOptions,
  ): Promise<unknown> {
    try {
      return await this.#once(method, path, body, options);
    } catch (error) {
      if (method === 'GET' || toApiError(error).code !== 'cross-site-request') throw error;
      if (this.#state.session() === null) throw error;
      // Another tab signed in anew: this one still has the older session's token. Nothing was done yet.
      this.#state.set(await this.get('/session', sessionSchema));
      return await this.#once(method, path, body, options);
    }
  }

  #once(method: Method, path: string, body: unknown, options: RequestOptions): Promise<unknown> {
    const csrf = this.#state.session()?.csrfToken;
    const headers = new HttpHeaders(
      method !== 'GET' && csrf !== undefined ? { [CSRF_HEADER]: csrf } : {},
    );
    const answer = this.#http.request<unknown>(method, API_PREFIX + path, {
      body,
      headers,
      params: toParams(options.query),
    });
    return this.#await(answer, options);
  }

  async #await<T>(answer: Observable<T>, { signal, anonymous }: RequestOptions): Promise<T> {
    try {
      if (signal === undefined) return await firstValueFrom(answer);
      signal.throwIfAborted();
      return await firstValueFrom(answer.pipe(takeUntil(fromEvent(signal, 'abort'))));
    } catch (thrown) {
      const error = toApiError(thrown);
      if (error.status === 401 && anonymous !== true) this.#signedOut();
      throw error;
    }
  }

  #signedOut(): void {
    if (this.#state.session() === null) return;
    this.#state.set(null);
    // What the address bar says: a page that told why it can't be shown has another one in the router.
    const returnTo = this.#location.path(true);
    void this.#router.navigate(['/sign-in'], { queryParams: { returnTo, ended: true } });
  }
}

function toParams(query: Query = {}): HttpParams {
  let params = new HttpParams();
  for (const [name, given] of Object.entries(query)) {
    const value = typeof given === 'object' ? given?.join(',') : given;
    if (value !== undefined && value !== '') params = params.set(name, value);
  }
  return params;
}
