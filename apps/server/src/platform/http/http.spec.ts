import { apiErrorSchema, healthSchema } from '@fleetmend/dashboard-api';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testServer } from '../../../testing/test-server';
import { OpenApiController } from './openapi.controller';

describe('HTTP', () => {
  const dashboardDirectory = mkdtempSync(join(tmpdir(), 'fleetmend-dashboard-'));
  mkdirSync(dashboardDirectory, { recursive: true });
  writeFileSync(join(dashboardDirectory, 'index.html'), '<title>FleetMend</title>');
  writeFileSync(join(dashboardDirectory, 'main-ABCDEFGH.js'), 'x');
  writeFileSync(join(dashboardDirectory, 'logo.svg'), '<svg/>');
  const server = testServer({ dashboardDirectory });
  afterAll(() => {
    rmSync(dashboardDirectory, { recursive: true });
  });

  const get = (path: string) => server.browser().request('GET', path);

  describe('the OpenAPI document', () => {
    it('describes every route', () => {
      const routes = server.running.app.get(OpenApiController).routes();
      expect(routes.length).toBeGreaterThan(10);
      expect(routes.filter(({ document }) => !document.summary).map(({ name }) => name)).toEqual(
        [],
      );
    });

    it('says what a route takes, answers and needs', async () => {
      const { body } = await get('/api/v1/openapi.json');
      expect(body).toMatchObject({
        openapi: '3.1.0',
        paths: {
          '/api/v1/users/{id}': {
            patch: {
              tags: ['users'],
              security: [{ session: [] }],
              parameters: [{ name: 'id', in: 'path', required: true, schema: { format: 'uuid' } }],
              requestBody: { content: { 'application/json': { schema: { type: 'object' } } } },
              responses: { 200: { description: 'The answer.' }, default: {} },
            },
          },
          '/api/v1/session': {
            post: { responses: { 201: {} } },
            delete: { responses: { 204: {} } },
          },
        },
      });
    });

    it('can be read in the browser, with our own files only', async () => {
      const page = await get('/api/docs');
      expect(page.headers.get('content-security-policy')).toMatch(/script-src 'self';/);
      expect(String(page.body)).not.toMatch(/<script>|https?:/);
      for (const [, path] of String(page.body).matchAll(/(?:src|href)="([^"]+)"/g)) {
        expect((await get(path ?? '')).status).toBe(200);
      }
    });
  });

  describe('refusals', () => {
    it.each([
      ['an address that does not exist', 'GET', '/api/v1/nothing', undefined, 404, 'not-found'],
      ['a method that does not exist', 'PUT', '/api/v1/session', '{}', 404, 'not-found'],
      ['broken JSON', 'POST', '/api/v1/session', '{"email":', 400, 'invalid-request'],
      ['no body', 'POST', '/api/v1/session', undefined, 400, 'invalid-request'],
      ['a body that is no object', 'POST', '/api/v1/session', '"x"', 400, 'invalid-request'],
      ['too much', 'POST', '/api/v1/session', `"${'x'.repeat(1_100_000)}"`, 413, 'too-large'],
      ['a broken address', 'PATCH', '/api/v1/users/%E0%A4', '{}', 400, 'invalid-request'],
      ['no session', 'GET', '/api/v1/users', undefined, 401, 'unauthenticated'],
    ])('%s', async (_, method, path, body, status, code) => {
      const answer = await server.browser().request(method, path, body);
      expect(answer.status).toBe(status);
      const error = apiErrorSchema.parse(answer.body);
      expect(error.code).toBe(code);
      expect(error.requestId).toBe(answer.headers.get('x-request-id'));
    });

    it('an id that is none', async () => {
      const administrator = await server.administrator();
      expect(await administrator.patch('/users/17', {})).toMatchObject({
        status: 400,
        body: { code: 'invalid-request', problems: [{ path: 'id' }] },
      });
    });
  });

  describe('the dashboard', () => {
    it.each(['/', '/machines/17', '/setup', '/api', '/apis'])('answers %s', async (path) => {
      const { status, body } = await get(path);
      const ours = path === '/api';
      expect(status).toBe(ours ? 404 : 200);
      if (!ours) expect(body).toBe('<title>FleetMend</title>');
    });

    it('keeps files whose name has a hash, and asks again for the others', async () => {
      const caching = async (path: string) => (await get(path)).headers.get('cache-control');
      expect(await caching('/main-ABCDEFGH.js')).toBe('public, max-age=31536000, immutable');
      expect(await caching('/logo.svg')).toBe('no-cache');
      expect(await caching('/machines')).toBe('no-cache');
    });

    it('does not answer with a page where a file is missing', async () => {
      expect((await get('/main-OLDOLDOL.js')).status).toBe(404);
    });
  });

  it('tells how it is', async () => {
    const { status, body } = await get('/api/v1/health');
    expect(status).toBe(200);
    expect(healthSchema.parse(body)).toMatchObject({
      status: 'ok',
      database: 'ok',
      connectedMachines: 0,
    });
    expect(healthSchema.parse(body).jobs.map(({ id }) => id)).toContain('end-idle-sessions');
  });
});
