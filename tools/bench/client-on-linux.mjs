import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expected, root } from '../bootstrap/places.mjs';
import { build } from '../build/build-client.mjs';
import { memoryFlags } from '../build/pkg-sea.mjs';
import { ended } from '../process/child.mjs';

const BUNDLE = 'dist/bench/client.cjs';

/** The client's own main file, with the simulated Windows where the native one would be. */
const simulated = {
  name: 'simulated-windows',
  setup(build) {
    build.onResolve({ filter: /^\.\/windows\/native$/ }, () => ({
      path: join(root, 'apps/client/testing/simulated-native.ts'),
    }));
  },
};

/** Starts the client, and a bare Node, on this system. */
export async function linuxPlace() {
  await build(undefined, BUNDLE, {}, [simulated]);
  const home = mkdtempSync(join(tmpdir(), 'fleetmend-bench-client-'));
  mkdirSync(join(home, 'windows'));
  const env = {
    PATH: process.env.PATH,
    FLEETMEND_CLIENT_DATA_DIR: join(home, 'data'),
    FLEETMEND_BENCH_WINDOWS: join(home, 'windows'),
    // Without the random wait of a machine that has just started.
    FLEETMEND_CLIENT_RECONNECT_MS: '1',
  };
  const start = (...args) => {
    const began = performance.now();
    const child = spawn(process.execPath, args, { env, stdio: 'ignore' });
    const over = ended(child);
    const stop = () => {
      child.kill('SIGTERM');
      return over;
    };
    return { began, pid: child.pid, ended: over, stop };
  };
  return {
    async enrol({ url, token }) {
      const args = ['enroll', '--server', url, '--token', token];
      const { code } = await start(join(root, BUNDLE), ...args).ended;
      if (code !== 0) throw expected(`The client could not be enrolled: ${code}.`);
    },
    startClient: () => start(...memoryFlags, join(root, BUNDLE), 'run'),
    bareStart: () => start('-e', '0').ended,
    startBare: () => start('-e', 'setInterval(() => {}, 1e9)'),
    dispose: () => rmSync(home, { recursive: true, force: true }),
  };
}
