import * as fc from 'fast-check';
import { isBypassed, proxyOf, UnusableProxy, windowsProxies } from './proxy';

describe('proxyOf', () => {
  it.each([
    ['http://proxy.example:8080', 'http://proxy.example:8080'],
    ['proxy.example:8080', 'http://proxy.example:8080'],
    ['proxy', 'http://proxy'],
    ['https://proxy.example:8443/', 'https://proxy.example:8443'],
    ['http://[fd00::1]:3128', 'http://[fd00::1]:3128'],
    [' 10.0.0.1:3128 ', 'http://10.0.0.1:3128'],
  ])('takes %j', (text, url) => {
    expect(proxyOf(text, 'x')).toEqual({ url, origin: 'x', credentials: undefined });
  });

  it('takes credentials out of the address', () => {
    expect(proxyOf('http://me:p%40ss%3A@proxy:8080', 'x')).toEqual({
      url: 'http://proxy:8080',
      credentials: { user: 'me', password: 'p@ss:' },
      origin: 'x',
    });
  });

  it.each(['', 'socks5://proxy:1080', 'http://proxy/path', 'http://', 'http://u:%ff@proxy', 'a b'])(
    'refuses %j',
    (text) => {
      expect(() => proxyOf(text, 'x')).toThrow(UnusableProxy);
    },
  );

  it('never repeats a password', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{12}$/), fc.string(), (secret, rest) => {
        try {
          const { url } = proxyOf(`http://u:${secret}@proxy${rest}`, 'x');
          expect(url).not.toContain(secret);
        } catch (error) {
          expect(error).toBeInstanceOf(UnusableProxy);
          expect(String(error)).not.toContain(secret);
        }
      }),
    );
  });
});

describe('windowsProxies', () => {
  it.each([
    ['proxy:8080', ['http://proxy:8080']],
    ['a:1;b:2', ['http://a:1', 'http://b:2']],
    ['http=a:80;https=b:8080;ftp=c:21', ['http://b:8080']],
    ['HTTPS=https://b:8443 other:1', ['https://b:8443']],
    ['http=a:80', []],
    ['socks=s:1080', []],
    ['https=socks5://s:1080;https=b:1', ['http://b:1']],
    ['', []],
  ])('reads %j', (text, urls) => {
    expect(windowsProxies(text, 'https:', 'x').map(({ url }) => url)).toEqual(urls);
  });
});

describe('isBypassed', () => {
  it.each([
    ['https://fleet.corp.example', '*.corp.example', true],
    ['https://fleet.corp.example', 'CORP.example', true],
    ['https://fleet.corp.example', '.corp.example', true],
    ['https://fleetcorp.example', 'corp.example', false],
    ['https://fleet', '<local>', true],
    ['https://fleet.example', '<local>', false],
    ['https://10.1.2.3', '<local>', false],
    ['https://10.1.2.3', '10.*', true],
    ['https://10.1.2.3', '1.2.3', false],
    ['https://fleet.example:8443', 'fleet.example:8443', true],
    ['https://fleet.example', 'fleet.example:8443', false],
    ['https://fleet.example', 'fleet.example:443', true],
    ['https://fleet.example', 'https://fleet.example', true],
    ['https://fleet.example', 'a,b; fleet.example', true],
    ['https://[fd00::1]', 'fd00::1', true],
    ['https://fleet.example', '*', true],
    ['https://fleet.example', '', false],
    ['https://fleetXexample', 'fleet.example', false],
    ['https://fleet.example', '(fleet|x)*', false],
  ])('%s, %j: %s', (url, list, expected) => {
    expect(isBypassed(new URL(url), list)).toBe(expected);
  });

  it('takes any list', () => {
    fc.assert(
      fc.property(fc.string(), (list) => {
        expect(typeof isBypassed(new URL('https://fleet.example'), list)).toBe('boolean');
      }),
    );
  });
});
