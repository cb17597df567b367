import { TestAuthority } from '../../testing/authority';
import { authoritiesOf, credentialsOf, proxySetting, UnusableRouteSetting } from './route-settings';

describe('what an administrator sets about the way to the server', () => {
  it.each([
    ['system', 'system'],
    ['none', 'none'],
    ['proxy:8080', 'http://proxy:8080'],
  ])('takes %j for a proxy', (text, setting) => {
    expect(proxySetting(text)).toBe(setting);
  });

  it('takes no password from a command line', () => {
    expect(() => proxySetting('http://me:secret@proxy:8080')).toThrow('--proxy-credentials-file');
  });

  it.each([
    ['me\npass word \n', { user: 'me', password: 'pass word ' }],
    ['\uFEFFCORP\\me\r\nsecret\r\n', { user: 'CORP\\me', password: 'secret' }],
  ])('reads credentials %j', (content, credentials) => {
    expect(credentialsOf(content)).toEqual(credentials);
  });

  it.each(['', 'me', 'me\n', '\nsecret', 'a:b\nsecret'])('refuses credentials %j', (content) => {
    expect(() => credentialsOf(content)).toThrow(UnusableRouteSetting);
    expect(() => credentialsOf(content)).not.toThrow('secret');
  });

  it('reads the authorities of a file, and nothing else', async () => {
    const authority = await TestAuthority.make();
    const server = await authority.issue(['fleet.example']);
    const two = `# ours\n${authority.certificate}\n\n${authority.certificate}`;
    expect(authoritiesOf(two)).toHaveLength(2);
    expect(() => authoritiesOf(server.cert)).toThrow(
      'CN=fleet.example) is no certificate authority',
    );
    expect(() => authoritiesOf(two + server.key)).toThrow('holds a private key');
    expect(() => authoritiesOf('')).toThrow('no certificate in PEM form');
    expect(() => authoritiesOf(authority.certificate.replace('MII', 'AII'))).toThrow(
      "Certificate 1 of the file can't be read",
    );
    expect(() => authoritiesOf('x'.repeat(600_000))).toThrow('too large');
  });
});
