import { spawnSync } from 'node:child_process';

const ASK =
  'ConvertTo-Json -Compress @(Get-CimInstance Win32_Process -Filter "Name=\'fleetmend-client.exe\'" | Select-Object ProcessId,CommandLine)';

/** The words of a Windows command line, as far as quotes go. */
export function wordsOf(commandLine) {
  return [...commandLine.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare);
}

/** Windows' answer about the clients that run here, as `{ pid, commandLine }`. Throws when it isn't one. */
export function clientsIn(json) {
  return JSON.parse(json.trim() || '[]').map(({ ProcessId, CommandLine }) => ({
    pid: ProcessId,
    commandLine: wordsOf(CommandLine ?? ''),
  }));
}

/** The clients that run on this Windows: all are the tests', which found none installed. */
export function listClients() {
  const asked = windowsProgram('WindowsPowerShell\\v1.0\\powershell', [
    ...['-NoProfile', '-NonInteractive', '-Command', ASK],
  ]);
  return clientsIn(asked);
}

/**
 * One of these processes, which `end()` ends at once, and nothing but it. Only `taskkill` may end what runs as SYSTEM.
 * Throws when `pid` is none of them.
 */
export function pidOf(clients, pid, run = windowsProgram) {
  if (pid <= 4 || !clients.some((one) => one.pid === pid)) {
    throw new Error(`Process ${pid} is no client.`);
  }
  return { end: () => void run('taskkill', ['/F', '/PID', String(pid)]) };
}

function windowsProgram(name, args) {
  const { status, stdout, stderr, error } = spawnSync(`C:\\Windows\\System32\\${name}.exe`, args, {
    encoding: 'utf8',
    timeout: 60_000,
    windowsHide: true,
  });
  if (status !== 0) throw new Error(`${name} ended with ${status}: ${error?.message ?? stderr}`);
  return stdout;
}
