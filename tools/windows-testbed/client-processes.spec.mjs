import { expect, test } from '@jest/globals';
import { clientsIn, pidOf, wordsOf } from './client-processes.mjs';

test.each([
  [
    '"C:\\Program Files\\FleetMend\\fleetmend-client.exe" service',
    ['C:\\Program Files\\FleetMend\\fleetmend-client.exe', 'service'],
  ],
  [
    'C:\\users\\Public\\fleetmend-client.exe  run',
    ['C:\\users\\Public\\fleetmend-client.exe', 'run'],
  ],
  ['', []],
])('words of %j', (commandLine, words) => {
  expect(wordsOf(commandLine)).toEqual(words);
});

test('none, one, and one that Windows does not tell about', () => {
  expect(clientsIn('\r\n')).toEqual([]);
  expect(clientsIn('[]')).toEqual([]);
  expect(
    clientsIn(
      '[{"ProcessId":4711,"CommandLine":"a.exe run"},{"ProcessId":12,"CommandLine":null}]\r\n',
    ),
  ).toEqual([
    { pid: 4711, commandLine: ['a.exe', 'run'] },
    { pid: 12, commandLine: [] },
  ]);
});

test('only a client is ended, and nothing but it', () => {
  const calls = [];
  const run = (...call) => calls.push(call);
  const clients = [{ pid: 4711, commandLine: [] }];
  for (const pid of [0, 1, 4, 4712, -4711]) expect(() => pidOf(clients, pid, run)).toThrow();
  pidOf(clients, 4711, run).end();
  expect(calls).toEqual([['taskkill', ['/F', '/PID', '4711']]]);
});
