import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { ConfigError, readConfig } from './config';

function faultsOf(environment: Record<string, string>): readonly string[] {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
}

describe('readConfig', () => {
  it('needs nothing', () => {
    expect(readConfig({})).toEqual({
      host: '127.0.0.1',
      port: 3000,
      databaseUrl: undefined,
      dataDirectory: resolve('.fleetmend'),
      administrator: undefined,
      publicUrl: 'http://localhost:3000',
      publicUrlGiven: false,
      secureCookies: false,
      demoTokenFile: undefined,
      logLevel: 'info',
      trustedProxies: 0,
      handshakesPerSecond: 2500,
      watchDays: 14,
      dashboardDirectory: undefined,
      nodeName: `${hostname()}:3000`,
      nodeLeaseSeconds: 20,
      watchParent: false,
    });
  });

  it('takes a blank variable for unset', () => {
    const blank = { PORT: '', FLEETMEND_ADMIN_EMAIL: ' ', FLEETMEND_ADMIN_PASSWORD: '' };
    expect(readConfig(blank)).toEqual(readConfig({}));
  });

  it.each([
    [{ HOST: '0.0.0.0', PORT: '8080' }, 'http://localhost:8080'],
    [{ HOST: '10.0.0.5' }, 'http://10.0.0.5:3000'],
    [{ HOST: 'fd00::1' }, 'http://[fd00::1]:3000'],
    [{ FLEETMEND_PUBLIC_URL: 'https://fm.example.org/' }, 'https://fm.example.org'],
  ])('knows where people reach it: %j', (environment, url) => {
    expect(readConfig(environment).publicUrl).toBe(url);
  });

  it('sends cookies over TLS only when people come over TLS', () => {
    const secure = { FLEETMEND_PUBLIC_URL: 'https://fm.example.org' };
    expect(readConfig(secure).secureCookies).toBe(true);
  });

  it.each([
    ['PORT', '80a'],
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['HOST', 'my host'],
    ['DATABASE_URL', 'mysql://localhost/x'],
    ['DATABASE_URL', 'localhost'],
    ['FLEETMEND_PUBLIC_URL', 'fleetmend.example.org'],
    ['LOG_LEVEL', 'loud'],
    ['TRUST_PROXY', 'yes'],
    ['FLEETMEND_HANDSHAKES_PER_SECOND', '0'],
    ['FLEETMEND_WATCH_PARENT', 'maybe'],
  ])('refuses %s=%s and names it', (name, value) => {
    expect(faultsOf({ [name]: value })).toEqual([expect.stringMatching(`^${name} must .*\\.$`)]);
  });

  it('reports all faults together', () => {
    const faults = faultsOf({ PORT: 'x', LOG_LEVEL: 'y', FLEETMEND_ADMIN_PASSWORD: 'short' });
    expect(faults).toHaveLength(4);
    expect(faults.join()).toMatch(/must be set together/);
  });

  it('never repeats a secret', () => {
    const faults = faultsOf({
      DATABASE_URL: 'mysql://u:hunter2@h/d',
      FLEETMEND_ADMIN_PASSWORD: 'hunter2',
    });
    expect(faults.join()).not.toMatch(/hunter2/);
  });
});
