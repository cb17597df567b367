import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { expected, modules, root } from './places.mjs';

const packages = { win32: 'node-win', linux: 'node-linux', darwin: 'node-darwin' };

/** The oldest Node that can build and run FleetMend, where npm has no pinned one. */
const oldest = [24, 15];

/**
 * The Node to run everything with: the one that package.json pins through npm, or, where there is none
 * for this platform, the one that runs this, if it's new enough. Throws an expected error if it isn't.
 */
export function chooseRuntime() {
  const file = `${packages[process.platform] ?? 'none'}-${process.arch}`;
  const binary = process.platform === 'win32' ? 'node.exe' : 'node';
  const pinned = join(modules, file, 'bin', binary);
  if (existsSync(pinned)) {
    return {
      node: pinned,
      isThisProcess: process.version === `v${pinnedVersion(file)}` || isSame(pinned),
    };
  }
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
    throw expected(
      `FleetMend needs Node ${oldest.join('.')} or newer, and this is ${process.version}. ` +
        `For ${process.platform} ${process.arch} npm offers no Node of its own: install one from nodejs.org.`,
    );
  }
  return { node: process.execPath, isThisProcess: true };
}

/** Variables for the tools: the chosen Node and the installed programs first in PATH, Nx without daemon and cloud. */
export function toolEnvironment({ node }) {
  return {
    PATH: [join(modules, '.bin'), dirname(node), process.env.PATH ?? ''].join(delimiter),
    NX_DAEMON: 'false',
    NX_NO_CLOUD: 'true',
  };
}

const pinnedVersion = (file) =>
  JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).optionalDependencies?.[file];

const isSame = (path) => realpathSync(path) === realpathSync(process.execPath);
