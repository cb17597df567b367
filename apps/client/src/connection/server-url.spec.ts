import { serverOrigin } from './server-url';

describe('serverOrigin', () => {
  it.each([
    ['https://fleet.example', 'https://fleet.example'],
    ['https://fleet.example:8443/', 'https://fleet.example:8443'],
    ['http://localhost:3000', 'http://localhost:3000'],
    ['http://127.0.0.1:3000', 'http://127.0.0.1:3000'],
    ['http://[::1]:3000', 'http://[::1]:3000'],
  ])('takes %s', (text, origin) => {
    expect(serverOrigin(text, false)).toBe(origin);
  });

  it.each([
    'fleet.example',
    'http://fleet.example',
    'http://127.0.0.1.example.com',
    'http://localhost.example.com',
    'ftp://fleet.example',
    'https://user:secret@fleet.example',
    'https://fleet.example/path',
    'https://fleet.example?x',
    '',
  ])('refuses %j', (text) => {
    expect(() => serverOrigin(text, false)).toThrow("can't be the server's address");
    try {
      serverOrigin(text, false);
    } catch (error) {
      expect(String(error)).not.toContain('secret');
    }
  });

  it('takes plain http where it is asked to', () => {
    expect(serverOrigin('http://fleet.example', true)).toBe('http://fleet.example');
  });
});
