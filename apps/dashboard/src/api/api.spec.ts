import { Component } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { Router, provideRouter } from '@angular/router';
import * as z from 'zod';
import { settled } from '../testing/deferred';
import { PlayedServer, provideRealApi } from '../testing/real-api';
import { sampleSession } from '../testing/samples';
import { Api, apiPath } from './api';
import { ApiError } from './api-error';
import { SessionState } from './session-state';

@Component({ template: '' })
class Page {}

const thing = z.object({ name: z.string() });

describe('Api', () => {
  let api: Api;
  let server: PlayedServer;
  let state: SessionState;

  beforeEach(async () => {
    TestBed.configureTestingModule({
      providers: [provideRealApi(), provideRouter([{ path: '**', component: Page }])],
    });
    api = TestBed.inject(Api);
    server = new PlayedServer();
    state = TestBed.inject(SessionState);
    state.set(sampleSession());
    await TestBed.inject(Router).navigateByUrl('/machines?search=pc');
  });

  afterEach(() => {
    server.verify();
  });

  async function refused(promise: Promise<unknown>): Promise<ApiError> {
    const error: unknown = await promise.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof ApiError)) throw new Error(`not refused: ${String(error)}`);
    return error;
  }

  it('asks, leaving out what is not given', async () => {
    const answer = api.get('/things', thing, { query: { a: 1, b: undefined, c: '', d: false } });
    const { url } = await server.answer('GET /things', { name: 'x', more: 'than known' });
    expect(url).toBe('/api/v1/things?a=1&d=false');
    await expect(answer).resolves.toEqual({ name: 'x' });
  });

  it('escapes what it puts into a path', () => {
    expect(apiPath('machines', '../users')).toBe('/machines/..%2Fusers');
  });

  it('sends the token against forged requests with changes, and only with them', async () => {
    const read = api.get('/things', thing);
    const got = await server.answer('GET /things', { name: 'x' });
    const written = api.post('/things', { name: 'y' }, thing);
    const posted = await server.answer('POST /things', { name: 'y' }, 201);
    await Promise.all([read, written]);
    expect(got.headers.has('x-fleetmend-csrf')).toBe(false);
    expect(posted.headers.get('x-fleetmend-csrf')).toBe('csrf-1');
  });

  it('takes the token of a session that another tab began, and does it once', async () => {
    const written = api.post('/things', {}, thing);
    await server.answer('POST /things', { code: 'cross-site-request', message: 'No.' }, 403);
    await server.answer('GET /session', sampleSession({}, 'csrf-2'));
    const again = await server.answer('POST /things', { name: 'y' }, 201);
    expect(again.headers.get('x-fleetmend-csrf')).toBe('csrf-2');
    await expect(written).resolves.toEqual({ name: 'y' });
  });

  it('gives up when the new token is refused too', async () => {
    const written = refused(api.post('/things', {}, thing));
    await server.answer('POST /things', { code: 'cross-site-request', message: 'No.' }, 403);
    await server.answer('GET /session', sampleSession({}, 'csrf-2'));
    await server.answer('POST /things', { code: 'cross-site-request', message: 'No.' }, 403);
    expect((await written).code).toBe('cross-site-request');
  });

  it('says what the server said, field by field', async () => {
    const error = refused(api.post('/things', {}, thing));
    await server.answer(
      'POST /things',
      {
        code: 'invalid-request',
        message: 'Bad.',
        problems: [{ path: 'name', message: 'Missing.' }],
      },
      400,
    );
    expect(await error).toMatchObject({
      code: 'invalid-request',
      status: 400,
      problems: [{ path: 'name', message: 'Missing.' }],
    });
  });

  it.each([
    ['an answer that breaks the contract', { name: 7 }, 200, 'unexpected-answer'],
    ['an error page of a proxy', { nginx: true }, 502, 'failed'],
  ])('refuses %s', async (_what, body, status, code) => {
    const error = refused(api.get('/things', thing));
    await server.answer('GET /things', body, status);
    expect((await error).code).toBe(code);
  });

  it('says that the server does not answer', async () => {
    const error = refused(api.get('/things', thing));
    await server.drop('GET /things');
    expect((await error).code).toBe('unreachable');
  });

  it('leads to sign-in and back when the session has ended', async () => {
    const error = refused(api.get('/things', thing));
    await server.answer('GET /things', { code: 'unauthenticated', message: 'Sign in.' }, 401);
    expect((await error).status).toBe(401);
    await settled();
    expect(state.session()).toBeNull();
    const { queryParams } = TestBed.inject(Router).parseUrl(TestBed.inject(Router).url);
    expect(queryParams).toEqual({ returnTo: '/machines?search=pc', ended: 'true' });
  });

  it('takes a 401 for an answer where nobody need be signed in', async () => {
    const error = refused(api.post('/session', {}, thing, { anonymous: true }));
    await server.answer('POST /session', { code: 'wrong-credentials', message: 'No.' }, 401);
    expect((await error).code).toBe('wrong-credentials');
    expect(state.session()).not.toBeNull();
  });

  it('gives up when nobody waits any more', async () => {
    const abort = new AbortController();
    const error = refused(api.get('/things', thing, { signal: abort.signal }));
    abort.abort();
    await error;
  });
});
