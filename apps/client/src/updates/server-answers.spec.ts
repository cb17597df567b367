import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { Route } from '../connection/route';
import { serverAnswers } from './server-answers';

/** Over real HTTP. */
describe('whether the server answers', () => {
  let server: Server;
  let answer: { readonly status: number; readonly body: string };
  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const routes = { waysTo: (to: string) => Promise.resolve([new Route(to, undefined)]) };

  beforeEach(async () => {
    server = createServer((_, response) => {
      response.writeHead(answer.status, { location: '/' }).end(answer.body);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => {
    server.close();
    server.closeAllConnections();
  });

  it.each([
    ['a server that is well', 200, '{"status":"ok","version":"1.0.0"}', true],
    ['a server without its database', 503, '{"status":"failing"}', false],
    ['a portal that answers everything', 200, '<html>Sign in to the network</html>', false],
    ['a portal that leads elsewhere', 302, '', false],
    ['somebody who only says that all is well', 500, '{"status":"ok"}', false],
  ])('%s', async (_, status, body, expected) => {
    answer = { status, body };
    expect(await serverAnswers(routes, url())).toBe(expected);
  });

  it('nobody at all, and no way to anybody', async () => {
    expect(await serverAnswers(routes, 'http://127.0.0.1:9')).toBe(false);
    const none = { waysTo: () => Promise.reject(new Error('no way')) };
    expect(await serverAnswers(none, url())).toBe(false);
  });
});
