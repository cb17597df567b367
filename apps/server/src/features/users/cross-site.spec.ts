import { isFromOurPages } from './cross-site';

describe('isFromOurPages', () => {
  const host = 'localhost:3000';
  const publicUrl = 'https://fm.example.org';

  it.each([
    ['a program', {}, true],
    ['our page', { host, origin: 'http://localhost:3000' }, true],
    ['our page behind a proxy that changes the host', { host, origin: publicUrl }, true],
    ['another site', { host, origin: 'https://evil.example' }, false],
    ['another port', { host, origin: 'http://localhost:4000' }, false],
    ['a sandboxed frame', { host, origin: 'null' }, false],
    ['our page, as the browser says', { host, 'sec-fetch-site': 'same-origin' }, true],
    ['another site, as the browser says', { host, 'sec-fetch-site': 'cross-site' }, false],
    ['a sub-domain, as the browser says', { host, 'sec-fetch-site': 'same-site' }, false],
    [
      'a lie in Origin',
      { host, origin: 'http://localhost:3000', 'sec-fetch-site': 'cross-site' },
      false,
    ],
  ])('%s', (_, headers, answer) => {
    expect(isFromOurPages(headers, publicUrl)).toBe(answer);
  });
});
