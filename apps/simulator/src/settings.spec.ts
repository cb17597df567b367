import { FAULT_PROFILE_NAMES } from '@fleetmend/simulation';
import { resolve } from 'node:path';
import { Command, type CommanderError } from 'commander';
import { readSettings } from './settings';

function read(line: string, environment: Record<string, string> = {}) {
  const command = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  return readSettings(line.split(' '), environment, command);
}

describe('the command line', () => {
  it('needs no more than a server', () => {
    expect(read('--server http://127.0.0.1:3000')).toMatchObject({
      machines: 50,
      seed: 'fleetmend',
      speed: 1,
      alike: false,
      token: undefined,
      dataDirectory: resolve('.fleetmend/simulator'),
      faults: new Set(),
      profiles: [],
    });
  });

  it('takes secrets from the environment', () => {
    const environment = { FLEETMEND_ENROLMENT_TOKEN: 'secret', FLEETMEND_DATA_DIR: '/data' };
    expect(read('--server http://x', environment)).toMatchObject({
      token: 'secret',
      dataDirectory: resolve('/data/simulator'),
    });
  });

  it.each([
    ['--faults', ['drop-acks', 'duplicates', 'reorder', 'disconnects']],
    ['--faults reorder,duplicates', ['duplicates', 'reorder']],
  ])('%s', (words, faults) => {
    expect([...read(`--server http://x ${words}`).faults].sort()).toEqual([...faults].sort());
  });

  it('takes profiles of what is wrong, several at once and again and again', () => {
    const words =
      '--profile flapping=0.05 slow=1 --profile bad-version:reset-software-distribution@2=0.7';
    expect(read(`--server http://x ${words}`).profiles).toEqual([
      { name: 'flapping', share: 0.05 },
      { name: 'slow', share: 1 },
      { name: 'bad-version', version: 'reset-software-distribution@2', share: 0.7 },
    ]);
  });

  it('names every profile in its help', () => {
    const command = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
    let help = '';
    command.configureOutput({ writeOut: (text) => (help += text) });
    expect(() => readSettings(['--help'], {}, command)).toThrow();
    for (const name of FAULT_PROFILE_NAMES) expect(help).toContain(name);
  });

  it.each([
    ['', "required option '--server"],
    ['--server ftp://x', 'http:// or https://'],
    ['--server x', 'http:// or https://'],
    ['--server http://x --machines 0', 'from 1 to 100000'],
    ['--server http://x --machines many', 'from 1 to 100000'],
    ['--server http://x --speed 0', 'from 0.01 to 10000'],
    ['--server http://x --parent 1', 'from 2 to'],
    ['--server http://x --faults fire', 'no fault "fire"'],
    ['--server http://x --profile fire=0.5', 'no profile "fire"'],
    ['--server http://x --profile slow', 'a share from 0 to 1'],
    ['--server http://x --profile slow=2', 'a share from 0 to 1'],
    ['--server http://x --profile bad-version=1', 'Say which'],
    ['--server http://x --profile bad-version:sync-clock@9=1', 'no version "sync-clock@9"'],
    ['--server http://x --fuilts', "unknown option '--fuilts'"],
  ])('%j is refused with a reason', (line, reason) => {
    let message = '';
    try {
      read(line);
    } catch (error) {
      message = (error as CommanderError).message;
    }
    expect(message).toContain(reason);
  });
});
