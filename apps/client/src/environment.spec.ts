import { cleanEnvironment } from './environment';

describe('cleanEnvironment', () => {
  it('keeps what Windows, the proxy and the client say, and has nothing looked for elsewhere', () => {
    const environment: NodeJS.ProcessEnv = {
      SystemRoot: 'D:\\Windows',
      'ProgramFiles(x86)': 'D:\\Program Files (x86)',
      ProgramData: 'D:\\ProgramData',
      HTTPS_PROXY: 'http://proxy.example:3128',
      FLEETMEND_CLIENT_POLL_MS: '200',
      PATH: 'C:\\Users\\Public;D:\\Windows\\System32',
      Lang: 'de',
    };
    expect(cleanEnvironment(environment)).toEqual([]);
    expect(environment).toEqual({
      SystemRoot: 'D:\\Windows',
      'ProgramFiles(x86)': 'D:\\Program Files (x86)',
      ProgramData: 'D:\\ProgramData',
      HTTPS_PROXY: 'http://proxy.example:3128',
      FLEETMEND_CLIENT_POLL_MS: '200',
      PATH: 'D:\\Windows\\System32;D:\\Windows;D:\\Windows\\System32\\Wbem',
      PATHEXT: '.EXE',
      ComSpec: 'D:\\Windows\\System32\\cmd.exe',
    });
  });

  it.each([
    'NODE_OPTIONS',
    'NODE_TLS_REJECT_UNAUTHORIZED',
    'node_extra_ca_certs',
    'NODE_V8_COVERAGE',
    'OPENSSL_CONF',
    'SSL_CERT_FILE',
    'COR_PROFILER',
  ])('names %s, which others obey', (name) => {
    const environment = { [name]: 'x' };
    expect(cleanEnvironment(environment)).toEqual([name]);
    expect(Object.keys(environment)).not.toContain(name);
  });
});
