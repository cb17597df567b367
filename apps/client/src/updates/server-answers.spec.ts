import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo } from 'node:net';
import { TestAuthority } from '../../testing/authority';
import { TestProxy } from '../../testing/test-proxy';
import { proxyOf } from '../connection/proxy';
import { Route } from '../connection/route';
import { serverAnswers } from './server-answers';

/** Over real HTTP; through a real proxy with real TLS. */
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

  it('through a proxy, by the word of an own authority', async () => {
    const authority = await TestAuthority.make();
    const proxy = await TestProxy.start();
    const secure = createHttpsServer(await authority.issue(['127.0.0.1']), (_, response) => {
      response.end('{"status":"ok"}');
    }).listen(0, '127.0.0.1');
    await once(secure, 'listening');
    const { port } = secure.address() as AddressInfo;
    const through = (authorities: readonly string[]) => ({
      waysTo: (to: string) =>
        Promise.resolve([new Route(to, proxyOf(proxy.address, 'set'), authorities)]),
    });
    try {
      const there = `https://127.0.0.1:${port}`;
      expect(await serverAnswers(through([authority.certificate]), there)).toBe(true);
      expect(await serverAnswers(through([]), there)).toBe(false);
      expect(proxy.asked).toEqual([`127.0.0.1:${port}`, `127.0.0.1:${port}`]);
    } finally {
      await proxy.close();
      secure.close();
      secure.closeAllConnections();
    }
  });
});
