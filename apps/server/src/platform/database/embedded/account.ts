import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { DatabaseUnavailable } from '../database-unavailable';

/** The operating system's account that PostgreSQL runs as; PostgreSQL refuses to run as root. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

const PREFERRED = ['fleetmend', 'postgres'] as const;

function accountIn(passwd: string, name: string): Account | undefined {
  for (const line of passwd.split('\n')) {
    const [user, , uid, gid] = line.split(':');
    if (user === name && Number(uid) > 0) return { name, uid: Number(uid), gid: Number(gid) };
  }
  return undefined;
}

/**
 * The unprivileged account for PostgreSQL, or undefined when the server itself is not root and PostgreSQL simply runs
 * as whoever started it. As root: `fleetmend` or `postgres`, and where neither exists `fleetmend` is made.
 */
export function unprivilegedAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const passwd = () => readFileSync('/etc/passwd', 'utf8');
  for (const name of PREFERRED) {
    const account = accountIn(passwd(), name);
    if (account) return account;
  }
  const made = spawnSync(
    'useradd',
    ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', PREFERRED[0]],
    { encoding: 'utf8' },
  );
  const account = accountIn(passwd(), PREFERRED[0]);
  if (account) return account;
  throw new DatabaseUnavailable(
    'PostgreSQL does not run as root, and no account "fleetmend" could be made for it ' +
      `(${made.error?.message ?? made.stderr.trim()}). ` +
      'Make one, start FleetMend as another user, or set DATABASE_URL.',
  );
}
