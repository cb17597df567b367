import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The address of the embedded PostgreSQL of a server, for other servers on the same computer. */
export function databaseOf(dataDirectory: string): string {
  const location = join(dataDirectory, 'postgres.location');
  const home = existsSync(location)
    ? readFileSync(location, 'utf8').trim()
    : join(dataDirectory, 'postgres');
  const password = readFileSync(join(home, 'cluster/password'), 'utf8').trim();
  const running = readFileSync(join(home, 'cluster/data/postmaster.pid'), 'utf8').split('\n');
  const [port, socket] = [running[3]?.trim() ?? '', running[4]?.trim() ?? ''];
  const account = `fleetmend:${password}`;
  return socket === ''
    ? `postgres://${account}@127.0.0.1:${port}/fleetmend`
    : `postgres://${account}@localhost/fleetmend?host=${encodeURIComponent(socket)}&port=${port}`;
}
