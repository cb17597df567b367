import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidSettings, readSettings } from './settings';
import { CLIENT_VERSION } from './version';

describe('readSettings', () => {
  it('has defaults for everything', () => {
    expect(readSettings({ ProgramData: 'C:\\ProgramData' })).toMatchObject({
      dataDirectory: expect.stringMatching(/^C:\\ProgramData[\\/]FleetMend$/) as string,
      reconnectBaseMs: 1_000,
      reconnectCapMs: 60_000,
      pollMs: 15_000,
      crashAt: undefined,
    });
  });

  it('reads what it is given', () => {
    const environment = {
      FLEETMEND_CLIENT_DATA_DIR: 'D:\\x',
      FLEETMEND_CLIENT_POLL_MS: '100',
      FLEETMEND_CLIENT_CRASH_AT: '7-before',
    };
    expect(readSettings(environment)).toMatchObject({
      dataDirectory: 'D:\\x',
      pollMs: 100,
      crashAt: { write: 7, when: 'before' },
    });
  });

  it('names every value that it can not use', () => {
    const read = () =>
      readSettings({ FLEETMEND_CLIENT_POLL_MS: 'often', FLEETMEND_CLIENT_CRASH_AT: '0' });
    expect(read).toThrow(InvalidSettings);
    expect(read).toThrow(/POLL_MS.*CRASH_AT/);
  });
});

it('tells the version of the package', () => {
  const path = join(import.meta.dirname, '..', '..', '..', 'package.json');
  const { version } = JSON.parse(readFileSync(path, 'utf8')) as { version: string };
  expect(CLIENT_VERSION).toBe(version);
});
